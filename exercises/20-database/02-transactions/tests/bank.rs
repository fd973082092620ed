//! What the bank promises, on a real PostgreSQL. The interleavings are exact: triggers hold transactions up until all that
//! should have begun has begun. No test sleeps and hopes.

#[path = "bank/database.rs"]
mod database;

use std::error::Error;

use database::{Database, transfer, withdraw};
use database_transactions::{ATTEMPTS, AccountId, BankError};

/// A transfer is two changes. Whatever stops it between the two, an unknown account here, must undo the first.
#[tokio::test]
async fn a_transfer_happens_as_a_whole_or_not_at_all() {
    let mut database = Database::with(&[(1, 1, 100), (2, 2, 0)]).await;
    let bank = database.bank().await;
    let moved = bank.transfer(AccountId(1), AccountId(2), 30).await;
    assert!(moved.is_ok(), "moving 30 of 100 gave {moved:?}");
    assert_eq!(database.balances().await, [70, 30]);
    for (from, to, unknown) in [(1, 9, 9), (9, 1, 9), (8, 9, 8)] {
        let moved = bank.transfer(AccountId(from), AccountId(to), 10).await;
        assert!(
            matches!(moved, Err(BankError::UnknownAccount(AccountId(id))) if id == unknown),
            "there is no account {unknown}, and a transfer from {from} to {to} gave {moved:?}"
        );
        assert_eq!(
            database.balances().await,
            [70, 30],
            "a transfer from {from} to {to} failed, and left something behind"
        );
    }
}

/// Reading two balances and writing two new ones makes money here: the second write does not know of the first.
#[tokio::test]
async fn a_transfer_to_the_same_account_changes_nothing() {
    let mut database = Database::with(&[(1, 1, 100)]).await;
    let bank = database.bank().await;
    let moved = bank.transfer(AccountId(1), AccountId(1), 30).await;
    assert!(moved.is_ok(), "{moved:?}");
    assert_eq!(database.balances().await, [100]);
}

/// The rule itself, with nobody else around: it is about all accounts of a customer, not about one row.
#[tokio::test]
async fn a_customer_s_accounts_stand_in_for_each_other() {
    let mut database = Database::with(&[(1, 1, 100), (2, 1, 50), (3, 2, 0)]).await;
    let bank = database.bank().await;
    let withdrawn = bank.withdraw(AccountId(1), 120).await;
    assert!(withdrawn.is_ok(), "120 of 100 + 50 gave {withdrawn:?}");
    let refused = bank.withdraw(AccountId(2), 31).await;
    assert!(
        matches!(refused, Err(BankError::Overdrawn)),
        "31 of -20 + 50 gave {refused:?}"
    );
    let refused = bank.transfer(AccountId(2), AccountId(3), 31).await;
    assert!(
        matches!(refused, Err(BankError::Overdrawn)),
        "31 of -20 + 50 to another customer gave {refused:?}"
    );
    let within = bank.transfer(AccountId(1), AccountId(2), 500).await;
    assert!(
        within.is_ok(),
        "between accounts of one customer nothing is lost, and it gave {within:?}"
    );
    let all = bank.withdraw(AccountId(1), 30).await;
    assert!(all.is_ok(), "the last 30 gave {all:?}");
    assert_eq!(database.balances().await, [-550, 550, 0]);
    let unknown = bank.withdraw(AccountId(9), 1).await;
    assert!(
        matches!(unknown, Err(BankError::UnknownAccount(AccountId(9)))),
        "{unknown:?}"
    );
}

/// The lost update: both read 100, both write 100 less their own amount, and the later write wins.
#[tokio::test]
async fn two_transfers_from_one_account_both_count() {
    let mut database = Database::with(&[(1, 1, 100), (2, 2, 0), (3, 3, 0)]).await;
    let (here, there) = (database.bank().await, database.bank().await);
    database.close_gate("commit").await;
    let first = transfer(here, 1, 2, 10);
    let second = transfer(there, 1, 3, 20);
    let done = database.together(first, second).await;
    assert!(
        done.iter().all(Result::is_ok),
        "there is enough for both, and they gave {done:?}"
    );
    assert_eq!(
        database.balances().await,
        [70, 10, 20],
        "10 and 20 left an account with 100 at the same time"
    );
}

/// Write skew: each reads both accounts, each is content, and each writes another row, so no lock on a row makes them
/// meet. One after the other, the second would have been refused.
#[tokio::test]
async fn two_withdrawals_do_not_overdraw_together() {
    let mut database = Database::with(&[(1, 1, 50), (2, 1, 50)]).await;
    let (here, there) = (database.bank().await, database.bank().await);
    database.close_gate("commit").await;
    let first = withdraw(here, 1, 80);
    let second = withdraw(there, 2, 80);
    let done = database.together(first, second).await;
    let left: i64 = database.balances().await.iter().sum();
    assert_eq!(
        left, 20,
        "a customer with 50 + 50 asked for 80 from either account at the same time: one of the two should get it; \
         they gave {done:?}"
    );
    let refused = done
        .iter()
        .filter(|done| matches!(done, Err(BankError::Overdrawn)))
        .count();
    assert_eq!(
        refused, 1,
        "the one that came second should have seen, on another attempt, that there is too little; they gave {done:?}"
    );
}

/// Each holds what the other wants. PostgreSQL finds out and gives one of the two up, which then has to be attempted
/// again, unless accounts are locked in an order that all agree on.
#[tokio::test]
async fn transfers_in_opposite_directions_both_happen() {
    let mut database = Database::with(&[(1, 1, 100), (2, 2, 100)]).await;
    let (here, there) = (database.bank().await, database.bank().await);
    database.close_gate("update").await;
    let first = transfer(here, 1, 2, 30);
    let second = transfer(there, 2, 1, 10);
    let done = database.together(first, second).await;
    assert!(
        done.iter().all(Result::is_ok),
        "one waits for the other, and they gave {done:?}"
    );
    assert_eq!(database.balances().await, [80, 120]);
}

/// A transaction that cannot be put in order with others is no error of yours: the same again will do.
#[tokio::test]
async fn a_serialisation_failure_is_attempted_again() {
    let mut database = Database::with(&[(1, 1, 100), (2, 2, 0)]).await;
    let bank = database.bank().await;
    database.fail("update", "40001", 3).await;
    let moved = bank.transfer(AccountId(1), AccountId(2), 30).await;
    assert!(
        moved.is_ok(),
        "the fourth attempt would have succeeded, and it gave {moved:?}"
    );
    assert_eq!(database.balances().await, [70, 30], "30 was moved, once");
}

/// The database may find out as late as at the commit. A retry that ends before the commit misses that.
#[tokio::test]
async fn the_commit_may_fail_too() {
    let mut database = Database::with(&[(1, 1, 100), (2, 2, 0)]).await;
    let bank = database.bank().await;
    database.fail("commit", "40001", 2).await;
    let moved = bank.transfer(AccountId(1), AccountId(2), 30).await;
    assert!(
        moved.is_ok(),
        "its third commit would have succeeded, and it gave {moved:?}"
    );
    assert_eq!(database.balances().await, [70, 30], "30 was moved, once");
}

/// Without an end, a retry turns contention into a standstill.
#[tokio::test]
async fn it_gives_up_after_the_last_attempt() {
    let mut database = Database::with(&[(1, 1, 100)]).await;
    let bank = database.bank().await;
    database.fail("update", "40001", 50).await;
    let withdrawn = bank.withdraw(AccountId(1), 30).await;
    assert!(
        matches!(withdrawn, Err(BankError::Contention)),
        "every attempt of the first 50 fails, and it gave {withdrawn:?}"
    );
    assert_eq!(
        database.attempts().await,
        i64::from(ATTEMPTS),
        "attempts until it gave up"
    );
    assert_eq!(database.balances().await, [100]);
}

/// Only what may succeed the next time is worth another attempt. Anything else is told at once, with its cause.
#[tokio::test]
async fn other_failures_are_not_attempted_again() {
    let mut database = Database::with(&[(1, 1, 100), (2, 2, 0)]).await;
    let bank = database.bank().await;
    // A check that is violated.
    database.fail("update", "23514", 50).await;
    let moved = bank.transfer(AccountId(1), AccountId(2), 30).await;
    let error = moved.expect_err("a trigger refuses it");
    assert!(matches!(error, BankError::Database(_)), "{error:?}");
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    assert!(
        cause.contains("the test makes this fail"),
        "the cause is lost: `{cause}`"
    );
    assert_eq!(
        database.attempts().await,
        1,
        "attempts of what fails every time"
    );
    assert_eq!(database.balances().await, [100, 0]);
}

/// All of it at once: four programs, ten transfers each, in all directions. Some may give up. Whatever each was told
/// is what happened.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_in_a_crowd() {
    let start = [1000, 1000, 1000];
    let mut database = Database::with(&[(0, 0, 1000), (1, 1, 1000), (2, 2, 1000)]).await;
    let mut programs = Vec::new();
    for program in 0..4_usize {
        let bank = database.bank().await;
        programs.push(tokio::spawn(async move {
            let mut moved = [0_i64; 3];
            for step in 0..10 {
                let from = (program + step) % 3;
                let to = (from + 1 + (program + step / 3) % 2) % 3;
                let amount = u32::try_from(1 + program * 10 + step).expect("a small number");
                let id = |at: usize| AccountId(i64::try_from(at).expect("a small number"));
                match bank.transfer(id(from), id(to), amount).await {
                    Ok(()) => {
                        moved[from] -= i64::from(amount);
                        moved[to] += i64::from(amount);
                    }
                    Err(BankError::Contention | BankError::Overdrawn) => {}
                    Err(error) => panic!("transfer from {from} to {to}: {error:?}"),
                }
            }
            moved
        }));
    }
    let mut expected = start;
    for program in programs {
        let moved = program.await.expect("a program's transfers");
        expected
            .iter_mut()
            .zip(moved)
            .for_each(|(balance, moved)| *balance += moved);
    }
    assert_ne!(expected, start, "not one transfer got through");
    assert_eq!(
        database.balances().await,
        expected,
        "the balances should be what all transfers that were told to have happened come to"
    );
}
