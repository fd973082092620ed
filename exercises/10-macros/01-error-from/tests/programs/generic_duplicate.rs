use macros_error_from::error_from;

error_from! {
    #[derive(Debug)]
    pub enum BatchError {
        /// What could not be sent.
        Unsent(Vec<Option<String>>),
        Empty,
        /// What was refused.
        #[doc(alias = "refused")]
        Bounced(Vec<Option<String>>),
        Closed,
    }
}

fn main() {}
