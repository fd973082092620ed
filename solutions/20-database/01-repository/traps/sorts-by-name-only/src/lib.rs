//! A library's catalogue, kept in SQLite.

use sqlx::{
    SqlSafeStr, SqlitePool,
    error::ErrorKind,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};
use thiserror::Error;

/// Names an author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorId(pub i64);

/// An author, with their books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Names the author; the names of two may be the same.
    pub id: AuthorId,
    /// As it is printed.
    pub name: String,
    /// By title; books of the same title by ISBN.
    pub books: Vec<Book>,
}

/// A book of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// Names the book.
    pub isbn: String,
    /// As it is printed.
    pub title: String,
    /// How many the library owns, at least 1.
    pub copies: i64,
}

/// Why the catalogue did not do what it was asked for.
#[derive(Debug, Error)]
pub enum CatalogueError {
    /// There is no such author.
    #[error("there is no author {}", .0.0)]
    UnknownAuthor(AuthorId),
    /// Another book has this ISBN.
    #[error("there is a book with the ISBN {0} already")]
    DuplicateIsbn(String),
    /// A book needs at least one copy.
    #[error("a book needs at least one copy")]
    NoCopies,
    /// The author cannot be removed.
    #[error("author {} still has books", .0.0)]
    AuthorHasBooks(AuthorId),
    /// The database failed for a reason of its own.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date")]
    Schema(#[from] MigrateError),
}

/// An author beside one of their books, or beside none.
type Row = (i64, String, Option<String>, Option<String>, Option<i64>);

/// The versions of the schema, in order. One that was published is never changed: databases remember its checksum.
fn migrations() -> Migrator {
    let migration = |version, description: &'static str, sql: &'static str| {
        let sql = sql.into_sql_str();
        Migration::new(
            version,
            description.into(),
            MigrationType::Simple,
            sql,
            false,
        )
    };
    Migrator::with_migrations(vec![
        migration(
            1,
            "authors and books",
            include_str!("migrations/0001_authors_and_books.sql"),
        ),
        migration(
            2,
            "one book an isbn",
            include_str!("migrations/0002_one_book_an_isbn.sql"),
        ),
    ])
}

/// The catalogue.
///
/// Other programs use the same database at the same time. What a method promises holds even if one of them writes
/// between two statements of that method, or if a trigger writes within one.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pool: SqlitePool,
}

impl Catalogue {
    /// Takes a database of any earlier version, or an empty one, and brings its schema up to date.
    ///
    /// A database that is up to date stays as it is.
    pub async fn open(pool: SqlitePool) -> Result<Self, CatalogueError> {
        migrations().run(&pool).await?;
        Ok(Self { pool })
    }

    /// Adds an author, who has no books yet.
    pub async fn add_author(&self, name: &str) -> Result<AuthorId, CatalogueError> {
        let insert = sqlx::query("INSERT INTO authors (name) VALUES (?)");
        let done = insert.bind(name).execute(&self.pool).await?;
        Ok(AuthorId(done.last_insert_rowid()))
    }

    /// Adds a book. Nothing is added where an error is returned: [`CatalogueError::UnknownAuthor`] with the author,
    /// [`CatalogueError::DuplicateIsbn`] with the ISBN, [`CatalogueError::NoCopies`] if there is not at least one, or
    /// [`CatalogueError::Database`].
    pub async fn add_book(&self, author: AuthorId, book: &Book) -> Result<(), CatalogueError> {
        let insert =
            sqlx::query("INSERT INTO books (author_id, isbn, title, copies) VALUES (?, ?, ?, ?)")
                .bind(author.0)
                .bind(&book.isbn)
                .bind(&book.title)
                .bind(book.copies);
        match insert.execute(&self.pool).await {
            Ok(_) => Ok(()),
            // What a violated constraint means is known here, where the statement is, and not in a `From`.
            Err(error) => Err(match violated(&error) {
                Some(ErrorKind::ForeignKeyViolation) => CatalogueError::UnknownAuthor(author),
                Some(ErrorKind::UniqueViolation) => {
                    CatalogueError::DuplicateIsbn(book.isbn.clone())
                }
                Some(ErrorKind::CheckViolation) => CatalogueError::NoCopies,
                _ => error.into(),
            }),
        }
    }

    /// Removes an author who has no books.
    ///
    /// Nothing is removed where an error is returned: [`CatalogueError::UnknownAuthor`],
    /// [`CatalogueError::AuthorHasBooks`], each with the author, or [`CatalogueError::Database`].
    pub async fn remove_author(&self, author: AuthorId) -> Result<(), CatalogueError> {
        let delete = sqlx::query("DELETE FROM authors WHERE id = ?").bind(author.0);
        match delete.execute(&self.pool).await {
            Ok(done) if done.rows_affected() == 0 => Err(CatalogueError::UnknownAuthor(author)),
            Ok(_) => Ok(()),
            Err(error) => Err(match violated(&error) {
                Some(ErrorKind::ForeignKeyViolation) => CatalogueError::AuthorHasBooks(author),
                _ => error.into(),
            }),
        }
    }

    /// Every author with all their books, also authors who have none. Authors are sorted by name; those with the same
    /// name by id.
    ///
    /// How many statements this sends to the database does not depend on how many authors or books there are.
    pub async fn authors(&self) -> Result<Vec<Author>, CatalogueError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT authors.id, authors.name, books.isbn, books.title, books.copies
             FROM authors LEFT JOIN books ON books.author_id = authors.id
             ORDER BY authors.name, books.title, books.isbn",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(grouped(rows))
    }
}

/// The constraint that a statement violated, if that is why it failed.
fn violated(error: &sqlx::Error) -> Option<ErrorKind> {
    error.as_database_error().map(|error| error.kind())
}

/// Rows of the same author, which follow each other, become one author.
fn grouped(rows: Vec<Row>) -> Vec<Author> {
    let mut authors: Vec<Author> = Vec::new();
    for (id, name, isbn, title, copies) in rows {
        let id = AuthorId(id);
        let book = match (isbn, title, copies) {
            (Some(isbn), Some(title), Some(copies)) => Some(Book {
                isbn,
                title,
                copies,
            }),
            _ => None,
        };
        match authors.last_mut() {
            Some(author) if author.id == id => author.books.extend(book),
            _ => authors.push(Author {
                id,
                name,
                books: book.into_iter().collect(),
            }),
        }
    }
    authors
}
