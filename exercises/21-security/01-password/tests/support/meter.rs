//! A hasher that hands everything on to Argon2, and keeps account of it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use argon2::{
    Argon2, CustomizedPasswordHasher, Params,
    password_hash::{
        self, Error,
        phc::{Output, PasswordHash},
    },
};

/// What one hash cost: `memory` in KiB, filled `passes` times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    pub memory: u32,
    pub passes: u32,
}

/// Clones share their account. The test keeps one, `Accounts` gets the other.
#[derive(Clone, Debug)]
pub struct Meter {
    argon2: Argon2<'static>,
    costs: Rc<RefCell<Vec<Cost>>>,
    /// How many hashes may still be computed before the machine runs out of memory.
    left: Rc<Cell<usize>>,
    /// Whether every hash comes out the same.
    constant: bool,
}

#[allow(dead_code, reason = "no test file needs all of it")]
impl Meter {
    pub fn around(argon2: Argon2<'static>) -> Self {
        Self {
            argon2,
            costs: Rc::default(),
            left: Rc::new(Cell::new(usize::MAX)),
            constant: false,
        }
    }

    pub fn new() -> Self {
        Self::around(Argon2::default())
    }

    /// A hasher for which every password is the right one.
    pub fn constant() -> Self {
        Self {
            constant: true,
            ..Self::new()
        }
    }

    /// After `hashes` more, there is no memory for another.
    pub fn fail_after(&self, hashes: usize) {
        self.left.set(hashes);
    }

    /// What the hashes since the last call cost, in ascending order.
    pub fn take(&self) -> Vec<Cost> {
        let mut costs = self.costs.take();
        costs.sort_unstable();
        costs
    }
}

impl CustomizedPasswordHasher<PasswordHash> for Meter {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<password_hash::Version>,
        params: Params,
    ) -> password_hash::Result<PasswordHash> {
        self.costs.borrow_mut().push(Cost {
            memory: params.m_cost(),
            passes: params.t_cost(),
        });
        let left = self.left.get().checked_sub(1);
        self.left.set(left.ok_or(Error::OutOfMemory)?);
        let hash = self
            .argon2
            .hash_password_customized(password, salt, algorithm, version, params);
        match hash {
            Ok(hash) if self.constant => Ok(PasswordHash {
                hash: Some(Output::new(&[7; 32])?),
                ..hash
            }),
            other => other,
        }
    }
}

/// Parameters small enough for a test. `argon2::Params::default()` is what OWASP recommends.
pub fn params(memory: u32, passes: u32) -> Params {
    Params::new(memory, passes, 1, None).expect("valid parameters")
}
