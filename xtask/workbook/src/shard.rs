//! Dividing work over machines: `--shard 2/3` is the second of three shares.

use std::{fmt, str::FromStr};

/// One of several shares of the same work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1 on.
    index: usize,
    /// Of how many.
    count: usize,
}

/// Why a text is no share.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no shard: expected i/n, such as 1/3, 2/3 and 3/3 for three machines")]
pub struct InvalidShard(String);

impl Shard {
    /// All of it.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// Whether this is the first share, which also does what can't be divided.
    pub fn is_first(self) -> bool {
        self.index == 1
    }

    /// This machine's share of `items`, in their order. Over all shares of one count, each item is in exactly one, and the
    /// sums of their weights are as near to each other as going through the items once allows.
    pub fn share<T>(self, items: Vec<T>, weight: impl Fn(&T) -> usize) -> Vec<T> {
        let mut loads = vec![0_usize; self.count];
        let mut own = Vec::new();
        for item in items {
            let lightest = (0..self.count).min_by_key(|&at| loads[at]).unwrap_or(0);
            // Even an item without weight takes a turn.
            loads[lightest] = loads[lightest].saturating_add(weight(&item).max(1));
            if lightest + 1 == self.index {
                own.push(item);
            }
        }
        own
    }
}

impl FromStr for Shard {
    type Err = InvalidShard;

    fn from_str(text: &str) -> Result<Self, InvalidShard> {
        let numbers = text.split_once('/').and_then(|(index, count)| {
            let [index, count] = [index, count].map(|number| number.parse::<usize>().ok());
            Some((index?, count?))
        });
        match numbers {
            // More shares than machines anybody has would only be a slip.
            Some((index, count)) if (1..=count).contains(&index) && count <= 1000 => {
                Ok(Self { index, count })
            }
            _ => Err(InvalidShard(text.to_owned())),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_item_is_in_exactly_one_share(weights in prop::collection::vec(0_usize..30, 0..60), count in 1_usize..9) {
            let items: Vec<(usize, usize)> = weights.iter().copied().enumerate().collect();
            let mut seen = Vec::new();
            for index in 1..=count {
                let share = Shard { index, count }.share(items.clone(), |(_, weight)| *weight);
                prop_assert!(share.is_sorted());
                seen.extend(share);
            }
            seen.sort_unstable();
            prop_assert_eq!(seen, items);
        }

        #[test]
        fn no_share_is_heavier_than_another_by_more_than_one_item(weights in prop::collection::vec(1_usize..30, 1..60), count in 1_usize..9) {
            let sums: Vec<usize> = (1..=count)
                .map(|index| Shard { index, count }.share(weights.clone(), |weight| *weight).iter().sum())
                .collect();
            let (most, least) = (sums.iter().max().unwrap(), sums.iter().min().unwrap());
            prop_assert!(most - least <= 29, "{:?}", sums);
        }
    }

    #[test]
    fn shards_are_counted_from_one() {
        for text in ["1/1", "1/3", "3/3", "12/40"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in [
            "", "1", "0/3", "4/3", "1/0", "-1/3", "1/3/5", "a/b", "1/2000", "1 /3",
        ] {
            assert_eq!(text.parse::<Shard>(), Err(InvalidShard(text.to_owned())));
        }
        assert_eq!("1/1".parse(), Ok(Shard::WHOLE));
    }
}
