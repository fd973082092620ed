use std::sync::Arc;

use traits_data_processor::{BoxProcessor, DataProcessor, process_all};

fn start(processors: Vec<BoxProcessor<u64, u64, String>>) {
    for processor in processors {
        let processor = Arc::new(processor);
        let same = Arc::clone(&processor);
        tokio::spawn(async move { same.process(1).await });
        tokio::spawn(process_all(processor, vec![1, 2, 3]));
    }
}

fn main() {
    let _ = || start(Vec::new());
}
