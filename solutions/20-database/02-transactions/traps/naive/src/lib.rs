//! Accounts in PostgreSQL.

use sqlx::{PgConnection, PgPool};
use thiserror::Error;

/// Names an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountId(pub i64);

/// Why no money moved.
#[derive(Debug, Error)]
pub enum BankError {
    /// There is no such account.
    #[error("there is no account {}", .0.0)]
    UnknownAccount(AccountId),
    /// The customer's accounts together would have gone below zero.
    #[error("the customer does not have that much")]
    Overdrawn,
    /// Each of [`ATTEMPTS`] attempts met a transaction that it could not be put in order with.
    #[error("gave up after {ATTEMPTS} attempts, each of which met another transaction")]
    Contention,
    /// The database failed for a reason of its own.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// How often a transaction is attempted before [`BankError::Contention`] is returned.
pub const ATTEMPTS: u32 = 10;

/// The bank, on a database with this table:
///
/// ```sql
/// CREATE TABLE accounts (
///     id BIGINT PRIMARY KEY,
///     customer BIGINT NOT NULL,
///     balance BIGINT NOT NULL -- in cents
/// );
/// ```
///
/// One account may be below zero as long as all accounts of its customer together are not. No method moves money
/// past that rule, and none moves it by halves: where an error is returned, nothing has changed.
///
/// Many programs use the database at once, each with a `Bank` of its own. Whatever they do, the result is as if all
/// their transfers and withdrawals had been made one after the other. Where PostgreSQL gives a transaction up because it
/// cannot be put in order with others (SQLSTATE 40001) or because it is part of a deadlock (40P01), it is attempted
/// again from its beginning, up to [`ATTEMPTS`] times in all. Other failures are returned at once.
#[derive(Clone, Debug)]
pub struct Bank {
    pool: PgPool,
}

impl Bank {
    /// A bank on the database of this pool.
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    // ANCHOR: naive
    /// Moves `amount` cents, in a transaction.
    pub async fn transfer(
        &self,
        from: AccountId,
        to: AccountId,
        amount: u32,
    ) -> Result<(), BankError> {
        let mut tx = self.pool.begin().await?;
        let (source, target) = (read(&mut tx, from).await?, read(&mut tx, to).await?);
        if source.customer != target.customer && source.wealth < i64::from(amount) {
            return Err(BankError::Overdrawn);
        }
        write(&mut tx, from, source.balance - i64::from(amount)).await?;
        write(&mut tx, to, target.balance + i64::from(amount)).await?;
        Ok(tx.commit().await?)
    }

    /// Pays out `amount` cents, in a transaction.
    pub async fn withdraw(&self, account: AccountId, amount: u32) -> Result<(), BankError> {
        let mut tx = self.pool.begin().await?;
        let source = read(&mut tx, account).await?;
        if source.wealth < i64::from(amount) {
            return Err(BankError::Overdrawn);
        }
        write(&mut tx, account, source.balance - i64::from(amount)).await?;
        Ok(tx.commit().await?)
    }
    // ANCHOR_END: naive
}

struct Account {
    customer: i64,
    balance: i64,
    /// What all accounts of the customer come to.
    wealth: i64,
}

async fn read(connection: &mut PgConnection, id: AccountId) -> Result<Account, BankError> {
    let row: Option<(i64, i64, i64)> = sqlx::query_as(
        "SELECT customer, balance,
                (SELECT sum(balance)::bigint FROM accounts AS own WHERE own.customer = accounts.customer)
         FROM accounts WHERE id = $1",
    )
    .bind(id.0)
    .fetch_optional(connection)
    .await?;
    let (customer, balance, wealth) = row.ok_or(BankError::UnknownAccount(id))?;
    Ok(Account {
        customer,
        balance,
        wealth,
    })
}

async fn write(
    connection: &mut PgConnection,
    id: AccountId,
    balance: i64,
) -> Result<(), BankError> {
    let update = sqlx::query("UPDATE accounts SET balance = $2 WHERE id = $1");
    update.bind(id.0).bind(balance).execute(connection).await?;
    Ok(())
}
