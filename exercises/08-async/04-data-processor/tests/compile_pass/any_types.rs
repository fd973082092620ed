use std::{cell::Cell, rc::Rc};

use traits_data_processor::{BoxProcessor, DataProcessor};

/// Borrows, so it is not `'static`.
struct Prefixes<'p>(&'p str);

impl DataProcessor for Prefixes<'_> {
    type Input = String;
    type Output = String;
    type Error = ();

    async fn process(&self, input: String) -> Result<String, ()> {
        // May be sent to another thread, and not be shared with one.
        let length = Cell::new(0);
        tokio::task::yield_now().await;
        length.set(self.0.len());
        Ok(format!("{}{input}{}", self.0, length.get()))
    }
}

/// Outputs and errors that stay on the thread that gets them.
struct Local;

impl DataProcessor for Local {
    type Input = u64;
    type Output = Rc<u64>;
    type Error = Rc<str>;

    async fn process(&self, input: u64) -> Result<Rc<u64>, Rc<str>> {
        tokio::task::yield_now().await;
        Ok(Rc::new(input))
    }
}

fn shared<T: Send + Sync>(value: T) -> T {
    value
}

async fn uses() {
    let prefix = String::from("-");
    let _ = Prefixes(&prefix).process(String::new()).await;
    let _ = Local.process(1).await;
    let boxed = shared(BoxProcessor::new(Local));
    let _: Result<Rc<u64>, Rc<str>> = boxed.process(1).await;
}

fn main() {
    let _ = uses();
}
