//! Accounts in PostgreSQL.

use sqlx::PgPool;
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

    /// Moves `amount` cents. A transfer from an account to itself changes nothing.
    ///
    /// If one of the accounts does not exist, this returns [`BankError::UnknownAccount`] with the one that does not
    /// (with `from`, if neither does). It returns [`BankError::Overdrawn`] if the customer of `from` would be left with less
    /// than nothing.
    pub async fn transfer(
        &self,
        from: AccountId,
        to: AccountId,
        amount: u32,
    ) -> Result<(), BankError> {
        todo!("move {amount} from {from:?} to {to:?} in {:?}", self.pool)
    }

    /// Pays out `amount` cents.
    ///
    /// Returns [`BankError::UnknownAccount`] or [`BankError::Overdrawn`] as [`transfer`](Self::transfer) does.
    pub async fn withdraw(&self, account: AccountId, amount: u32) -> Result<(), BankError> {
        todo!("take {amount} from {account:?} in {:?}", self.pool)
    }
}
