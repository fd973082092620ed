//! A library's catalogue, kept in SQLite.

use sqlx::{
    SqlSafeStr, SqlitePool,
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

/// The versions of the schema, in order.
fn migrations() -> Migrator {
    Migrator::with_migrations(vec![Migration::new(
        1,
        "authors and books".into(),
        MigrationType::Simple,
        include_str!("migrations/0001_authors_and_books.sql").into_sql_str(),
        false,
    )])
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
    /// A database that is up to date stays as it is. `src/migrations/0002_one_book_an_isbn.sql` says what the second
    /// version is to do.
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
        todo!("add {book:?} by {author:?} to {:?}", self.pool)
    }

    /// Removes an author who has no books.
    ///
    /// Nothing is removed where an error is returned: [`CatalogueError::UnknownAuthor`],
    /// [`CatalogueError::AuthorHasBooks`], each with the author, or [`CatalogueError::Database`].
    pub async fn remove_author(&self, author: AuthorId) -> Result<(), CatalogueError> {
        todo!("remove {author:?} from {:?}", self.pool)
    }

    /// Every author with all their books, also authors who have none. Authors are sorted by name; those with the same
    /// name by id.
    ///
    /// How many statements this sends to the database does not depend on how many authors or books there are.
    pub async fn authors(&self) -> Result<Vec<Author>, CatalogueError> {
        todo!("read all authors from {:?}", self.pool)
    }
}
