//! What the catalogue promises, on a real SQLite in memory.

#[path = "catalogue/statements.rs"]
mod statements;

use std::{error::Error, time::Duration};

use database_repository::{Author, AuthorId, Book, Catalogue, CatalogueError};
use sqlx::{
    SqlSafeStr, SqlitePool,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::SqlitePoolOptions,
};
use statements::Statements;

/// An empty database. It lives in memory, as long as its only connection.
async fn empty() -> SqlitePool {
    let options = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        // Whoever asks for a second connection while holding the first is told so.
        .acquire_timeout(Duration::from_secs(3));
    options
        .connect("sqlite::memory:")
        .await
        .expect("a database")
}

/// A database of the first version, as they are in use.
async fn first_version() -> SqlitePool {
    let pool = empty().await;
    let sql = include_str!("../src/migrations/0001_authors_and_books.sql").into_sql_str();
    let first = Migration::new(1, "first".into(), MigrationType::Simple, sql, false);
    let migrator = Migrator::with_migrations(vec![first]);
    migrator.run(&pool).await.expect("the first version");
    pool
}

async fn execute(pool: &SqlitePool, sql: &'static str) {
    sqlx::raw_sql(sql)
        .execute(pool)
        .await
        .expect("a statement of the test's own");
}

async fn count(pool: &SqlitePool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql)
        .fetch_one(pool)
        .await
        .expect("a count")
}

fn open_failed(error: CatalogueError) -> ! {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    panic!("open() failed: {error}: {cause}")
}

async fn opened(pool: &SqlitePool) -> Catalogue {
    Catalogue::open(pool.clone())
        .await
        .unwrap_or_else(|error| open_failed(error))
}

fn book(isbn: &str, title: &str) -> Book {
    Book {
        isbn: isbn.to_owned(),
        title: title.to_owned(),
        copies: 1,
    }
}

/// `add_book`, for books that nothing is wrong with.
async fn add(catalogue: &Catalogue, author: AuthorId, book: &Book) {
    if let Err(error) = catalogue.add_book(author, book).await {
        panic!("add_book({author:?}, {book:?}) failed: {error:?}");
    }
}

/// The N+1 problem: one statement for the list, and one more for each of its lines. With three authors nobody notices.
/// Each statement costs a round trip (none here, a millisecond on a network), so the cost grows with the data. What grows
/// is easily counted.
#[tokio::test]
async fn the_catalogue_costs_the_same_however_long_it_is() {
    let pool = empty().await;
    let catalogue = opened(&pool).await;
    let statements = Statements::record();
    let mut cost = Vec::new();
    for (authors, more) in [(3, 3), (40, 37)] {
        for at in 0..more {
            let author = catalogue.add_author(&format!("Author {at}")).await.unwrap();
            for book_at in 0..2 {
                let isbn = format!("{authors}-{at}-{book_at}");
                add(&catalogue, author, &book(&isbn, "A title")).await;
            }
        }
        statements.take();
        assert_eq!(catalogue.authors().await.unwrap().len(), authors);
        let sent = statements.take();
        assert!(!sent.is_empty(), "authors() asked the database nothing");
        cost.push(sent);
    }
    let (few, many) = (&cost[0], &cost[1]);
    assert_eq!(
        few.len(),
        many.len(),
        "authors() sent {} statements for 3 authors, and {} for 40; the last one was `{}`",
        few.len(),
        many.len(),
        many.last().map_or("", String::as_str),
    );
}

/// What the caller gets: everything, in a fixed order. An inner join would lose the authors without books, and two people
/// may share a name.
#[tokio::test]
async fn the_catalogue_is_complete_and_in_order() {
    let pool = empty().await;
    let catalogue = opened(&pool).await;
    assert_eq!(
        catalogue.authors().await.unwrap(),
        [],
        "nobody is in it yet"
    );
    let mut ids = Vec::new();
    for name in ["Le Guin", "Borges", "Smith", "Smith", "Aesop"] {
        ids.push(catalogue.add_author(name).await.unwrap());
    }
    let [le_guin, borges, first_smith, second_smith, aesop] = ids[..] else {
        unreachable!("five authors were added")
    };
    let books = [
        (second_smith, book("4", "Anvils")),
        (le_guin, book("1", "The Dispossessed")),
        (first_smith, book("3", "Bellows")),
        (le_guin, book("7", "Lavinia")),
        (second_smith, book("6", "Charcoal")),
        (first_smith, book("5", "Anvils")),
        (
            borges,
            Book {
                copies: 7,
                ..book("2", "Ficciones")
            },
        ),
        // Another edition of the same title.
        (le_guin, book("0", "Lavinia")),
    ];
    for (author, book) in &books {
        add(&catalogue, *author, book).await;
    }
    let author = |id, name: &str, isbns: &[&str]| Author {
        id,
        name: name.to_owned(),
        books: isbns
            .iter()
            .filter_map(|isbn| books.iter().find(|(_, book)| book.isbn == *isbn))
            .map(|(_, book)| book.clone())
            .collect(),
    };
    let expected = [
        author(aesop, "Aesop", &[]),
        author(borges, "Borges", &["2"]),
        author(le_guin, "Le Guin", &["0", "7", "1"]),
        author(first_smith, "Smith", &["5", "3"]),
        author(second_smith, "Smith", &["4", "6"]),
    ];
    assert_eq!(catalogue.authors().await.unwrap(), expected);
}

/// A caller can do something about a duplicate: ask again, add copies, apologise. About "database error" it can do
/// nothing. So what a constraint refuses comes out as an error with a name.
#[tokio::test]
async fn an_isbn_is_given_once() {
    let pool = empty().await;
    let catalogue = opened(&pool).await;
    let borges = catalogue.add_author("Borges").await.unwrap();
    let casares = catalogue.add_author("Bioy Casares").await.unwrap();
    add(&catalogue, borges, &book("84-1", "Ficciones")).await;
    let second = catalogue
        .add_book(casares, &book("84-1", "La invención de Morel"))
        .await;
    assert!(
        matches!(&second, Err(CatalogueError::DuplicateIsbn(isbn)) if isbn == "84-1"),
        "84-1 is taken, and adding it again gave {second:?}"
    );
    assert_eq!(count(&pool, "SELECT count(*) FROM books").await, 1);
}

/// See above: the same for a foreign key.
#[tokio::test]
async fn a_book_needs_an_author() {
    let pool = empty().await;
    let catalogue = opened(&pool).await;
    let nobody = AuthorId(99);
    let orphan = catalogue.add_book(nobody, &book("1", "Anonymous")).await;
    assert!(
        matches!(orphan, Err(CatalogueError::UnknownAuthor(author)) if author == nobody),
        "there is no author 99, and adding a book by them gave {orphan:?}"
    );
    assert_eq!(count(&pool, "SELECT count(*) FROM books").await, 0);
}

/// And for a check. Which of its constraints a row violated is for the database to say: here only one is.
#[tokio::test]
async fn a_book_needs_a_copy() {
    let pool = empty().await;
    let catalogue = opened(&pool).await;
    let borges = catalogue.add_author("Borges").await.unwrap();
    for copies in [0, -1] {
        let lost = Book {
            copies,
            ..book("1", "The Book of Sand")
        };
        let added = catalogue.add_book(borges, &lost).await;
        assert!(
            matches!(added, Err(CatalogueError::NoCopies)),
            "adding a book with {copies} copies gave {added:?}"
        );
    }
    assert_eq!(count(&pool, "SELECT count(*) FROM books").await, 0);
}

/// The same constraint, met from its other side: now it is the author that cannot go. An error that is translated in one
/// place for all statements cannot know which side it was.
#[tokio::test]
async fn an_author_with_books_stays() {
    let pool = empty().await;
    let catalogue = opened(&pool).await;
    let borges = catalogue.add_author("Borges").await.unwrap();
    let aesop = catalogue.add_author("Aesop").await.unwrap();
    add(&catalogue, borges, &book("1", "Ficciones")).await;
    let removed = catalogue.remove_author(borges).await;
    assert!(
        matches!(removed, Err(CatalogueError::AuthorHasBooks(author)) if author == borges),
        "Borges has a book, and removing him gave {removed:?}"
    );
    let removed = catalogue.remove_author(aesop).await;
    assert!(
        removed.is_ok(),
        "Aesop has no books, and removing him gave {removed:?}"
    );
    let removed = catalogue.remove_author(aesop).await;
    assert!(
        matches!(removed, Err(CatalogueError::UnknownAuthor(author)) if author == aesop),
        "Aesop is gone, and removing him again gave {removed:?}"
    );
    assert_eq!(count(&pool, "SELECT count(*) FROM authors").await, 1);
}

/// Looking first and writing then leaves a gap, and another program may write in it. A trigger plays that program here: it
/// writes at the last moment before the row itself is written.
#[tokio::test]
async fn a_rival_may_write_at_the_last_moment() {
    let pool = empty().await;
    let catalogue = opened(&pool).await;
    execute(
        &pool,
        "CREATE TRIGGER same_book BEFORE INSERT ON books WHEN NEW.title = 'Raced' BEGIN
           INSERT INTO books (author_id, isbn, title, copies) VALUES (NEW.author_id, NEW.isbn, 'Rival', 1);
         END;
         CREATE TRIGGER author_leaves BEFORE INSERT ON books WHEN NEW.title = 'Orphan' BEGIN
           DELETE FROM authors WHERE id = NEW.author_id;
         END;
         CREATE TRIGGER new_book BEFORE DELETE ON authors WHEN OLD.name = 'Busy' BEGIN
           INSERT INTO books (author_id, isbn, title, copies) VALUES (OLD.id, 'new', 'Rival', 1);
         END;",
    )
    .await;
    let author = catalogue.add_author("Borges").await.unwrap();
    let raced = catalogue.add_book(author, &book("1", "Raced")).await;
    assert!(
        matches!(&raced, Err(CatalogueError::DuplicateIsbn(isbn)) if isbn == "1"),
        "somebody else took the ISBN just before the row was written, and that gave {raced:?}"
    );
    let orphan = catalogue.add_book(author, &book("2", "Orphan")).await;
    assert!(
        matches!(orphan, Err(CatalogueError::UnknownAuthor(unknown)) if unknown == author),
        "somebody else removed the author just before the row was written, and that gave {orphan:?}"
    );
    let busy = catalogue.add_author("Busy").await.unwrap();
    let removed = catalogue.remove_author(busy).await;
    assert!(
        matches!(removed, Err(CatalogueError::AuthorHasBooks(author)) if author == busy),
        "somebody else added a book just before its author was removed, and that gave {removed:?}"
    );
}

/// A schema is not only for new databases. The one that matters is full, was made by an older version, and remembers the
/// checksum of each migration it has seen: a migration that was changed afterwards is refused.
#[tokio::test]
async fn a_database_of_the_first_version_keeps_its_books() {
    let pool = first_version().await;
    execute(
        &pool,
        "INSERT INTO authors (id, name) VALUES (1, 'Borges'), (2, 'Le Guin');
         INSERT INTO books (id, author_id, isbn, title, copies) VALUES
           (1, 1, 'f', 'Ficciones', 2), (2, 2, 'l', 'Lavinia', 1), (3, 1, 'f', 'ficciones', 3), (4, 1, 'f', 'FICCIONES', 4);",
    )
    .await;
    let catalogue = opened(&pool).await;
    let authors = catalogue.authors().await.unwrap();
    let books: Vec<&Book> = authors.iter().flat_map(|author| &author.books).collect();
    let ficciones = Book {
        copies: 9,
        ..book("f", "Ficciones")
    };
    assert_eq!(
        books,
        [&ficciones, &book("l", "Lavinia")],
        "the first version held Ficciones three times, with 2, 3 and 4 copies: it should be there once, with 9, as in \
         the row with the lowest id"
    );
}

/// Every start of the program opens the database. What is up to date is left alone.
#[tokio::test]
async fn opening_again_changes_nothing() {
    let pool = empty().await;
    let catalogue = opened(&pool).await;
    let borges = catalogue.add_author("Borges").await.unwrap();
    add(&catalogue, borges, &book("1", "Ficciones")).await;
    let before = catalogue.authors().await.unwrap();
    let again = opened(&pool).await;
    assert_eq!(again.authors().await.unwrap(), before);
    let second = again.add_book(borges, &book("1", "El Aleph")).await;
    assert!(
        matches!(second, Err(CatalogueError::DuplicateIsbn(_))),
        "{second:?}"
    );
}

/// An error that is none of the known ones is passed on as it is, with its cause, and not taken for one of them.
#[tokio::test]
async fn other_failures_keep_their_cause() {
    let pool = empty().await;
    let catalogue = opened(&pool).await;
    let borges = catalogue.add_author("Borges").await.unwrap();
    execute(
        &pool,
        "CREATE TRIGGER closed BEFORE INSERT ON books BEGIN SELECT raise(ABORT, 'closed for today'); END;
         CREATE TRIGGER open_never BEFORE DELETE ON authors BEGIN SELECT raise(ABORT, 'closed for today'); END;",
    )
    .await;
    let added = catalogue.add_book(borges, &book("1", "Ficciones")).await;
    let removed = catalogue.remove_author(borges).await;
    for (doing, result) in [("add_book", added), ("remove_author", removed)] {
        let error = result.expect_err("a trigger refuses it");
        assert!(
            matches!(error, CatalogueError::Database(_)),
            "{doing} gave {error:?}"
        );
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        assert!(
            cause.contains("closed for today"),
            "the database said `closed for today`, and {doing}'s error is caused by `{cause}`"
        );
    }
}
