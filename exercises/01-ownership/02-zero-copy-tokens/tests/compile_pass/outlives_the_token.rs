use ownership_zero_copy_tokens::Tokenizer;

/// The text of the first token.
fn first(query: &str) -> Option<&str> {
    let token = Tokenizer::new(query).next_token()?;
    Some(token.text())
}

fn main() {
    println!("{:?}", first("level = 40"));
}
