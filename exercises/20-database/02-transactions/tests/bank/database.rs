//! A database for each test, and a gate in it that lets a test decide what happens first.

use std::time::{Duration, Instant};

use database_transactions::{AccountId, Bank, BankError};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::task::JoinHandle;

/// What a transfer or a withdrawal came to.
pub type Done = Result<(), BankError>;

/// How long anything may take that takes milliseconds.
const LIMIT: Duration = Duration::from_secs(15);

/// A database of the test's own, on the server that the runner has started.
pub struct Database {
    options: PgConnectOptions,
    /// The test's own connection; no bank uses it.
    own: PgConnection,
}

impl Database {
    /// A database with these accounts: id, customer, balance.
    pub async fn with(accounts: &[(i64, i64, i64)]) -> Self {
        // Reads PGHOST and its kin.
        let server = PgConnectOptions::new();
        let mut admin = PgConnection::connect_with(&server)
            .await
            .unwrap_or_else(|error| {
                panic!(
                    "no PostgreSQL: {error}; `cargo xtask verify` starts one and says where it is"
                )
            });
        // Each test has a process of its own.
        let name = format!("bank_{}", std::process::id());
        for sql in ["DROP DATABASE IF EXISTS", "CREATE DATABASE"] {
            let sql = AssertSqlSafe(format!("{sql} {name}"));
            sqlx::raw_sql(sql)
                .execute(&mut admin)
                .await
                .expect("a database for the test");
        }
        // A deadlock is looked for after this time; the default of a second would only make the test slow.
        let sql = AssertSqlSafe(format!(
            "ALTER DATABASE {name} SET deadlock_timeout = '100ms'"
        ));
        sqlx::raw_sql(sql)
            .execute(&mut admin)
            .await
            .expect("a shorter time");
        let options = server.database(&name);
        let own = PgConnection::connect_with(&options)
            .await
            .expect("a connection");
        let mut database = Self { options, own };
        database.execute(include_str!("schema.sql")).await;
        for (id, customer, balance) in accounts {
            let insert =
                sqlx::query("INSERT INTO accounts (id, customer, balance) VALUES ($1, $2, $3)");
            let insert = insert.bind(id).bind(customer).bind(balance);
            insert.execute(&mut database.own).await.expect("an account");
        }
        database
    }

    /// A bank with connections of its own, as another program would have.
    pub async fn bank(&self) -> Bank {
        let options = PgPoolOptions::new().max_connections(2);
        let pool = options.connect_with(self.options.clone()).await;
        Bank::new(pool.expect("connections"))
    }

    /// Runs statements of the test's own.
    pub async fn execute(&mut self, sql: &'static str) {
        sqlx::raw_sql(sql)
            .execute(&mut self.own)
            .await
            .expect("a statement of the test's own");
    }

    /// One number.
    pub async fn number(&mut self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&mut self.own)
            .await
            .expect("a number")
    }

    /// All balances, by id.
    pub async fn balances(&mut self) -> Vec<i64> {
        let query = sqlx::query_scalar("SELECT balance FROM accounts ORDER BY id");
        query.fetch_all(&mut self.own).await.expect("the balances")
    }

    /// Counts what the trigger sees from now on, and makes it fail with `code` the first `times` times: at the update
    /// itself, or only at the commit.
    pub async fn fail(&mut self, moment: &str, code: &'static str, times: i64) {
        let trigger = match moment {
            "update" => {
                "CREATE TRIGGER failing BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION fail()"
            }
            "commit" => {
                "CREATE CONSTRAINT TRIGGER failing AFTER UPDATE ON accounts
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()"
            }
            other => panic!("no such moment: {other}"),
        };
        let set = sqlx::query("INSERT INTO failures (code, times) VALUES ($1, $2)");
        set.bind(code)
            .bind(times)
            .execute(&mut self.own)
            .await
            .expect("a failure");
        self.execute(trigger).await;
    }

    /// How often that trigger has run. A sequence counts, and sequences are not rolled back.
    pub async fn attempts(&mut self) -> i64 {
        self.number("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM attempts")
            .await
    }

    /// Runs two operations of two banks at once, so that each has begun before either can end.
    ///
    /// The gate stays closed until both operations wait, one of them perhaps for a lock of the other; then it is
    /// opened, for good.
    pub async fn together(
        &mut self,
        first: JoinHandle<Done>,
        second: JoinHandle<Done>,
    ) -> [Done; 2] {
        let since = Instant::now();
        loop {
            let waiting = self
                .number(
                    "SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event_type = 'Lock'",
                )
                .await;
            if waiting == 2 || first.is_finished() || second.is_finished() {
                break;
            }
            assert!(
                since.elapsed() < LIMIT,
                "two programs asked their banks at once, and {waiting} of them reached the database: what keeps \
                 others out must be in the database, where every program meets it"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.execute("SELECT pg_advisory_unlock(1)").await;
        let both = async { [first.await, second.await] };
        let both = tokio::time::timeout(LIMIT, both).await;
        both.expect("both operations end")
            .map(|done| done.expect("no panic"))
    }

    /// Closes the gate that [`together`](Self::together) opens. Every update of an account waits in front of it, or
    /// every commit of such an update.
    pub async fn close_gate(&mut self, moment: &str) {
        self.execute("SELECT pg_advisory_lock(1)").await;
        self.execute(match moment {
            "update" => {
                "CREATE TRIGGER gate BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION gate()"
            }
            "commit" => {
                "CREATE CONSTRAINT TRIGGER gate AFTER UPDATE ON accounts
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate()"
            }
            other => panic!("no such moment: {other}"),
        })
        .await;
    }
}

/// Starts a transfer.
pub fn transfer(bank: Bank, from: i64, to: i64, amount: u32) -> JoinHandle<Done> {
    tokio::spawn(async move { bank.transfer(AccountId(from), AccountId(to), amount).await })
}

/// Starts a withdrawal.
pub fn withdraw(bank: Bank, account: i64, amount: u32) -> JoinHandle<Done> {
    tokio::spawn(async move { bank.withdraw(AccountId(account), amount).await })
}
