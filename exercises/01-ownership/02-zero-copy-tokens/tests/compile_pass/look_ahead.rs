use ownership_zero_copy_tokens::{Token, Tokenizer};

/// The first token, and what follows it.
fn split_first(query: &str) -> (Option<Token<'_>>, &str) {
    let mut tokenizer = Tokenizer::new(query);
    (tokenizer.next_token(), tokenizer.rest())
}

fn main() {
    let mut tokenizer = Tokenizer::new("level = 40");
    let (before, ahead) = (tokenizer.rest(), tokenizer.peek());
    let taken = tokenizer.next_token();
    drop(tokenizer);
    println!("{before} {ahead:?} {taken:?} {:?}", split_first("level = 40"));
}
