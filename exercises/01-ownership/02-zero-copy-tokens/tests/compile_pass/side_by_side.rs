use ownership_zero_copy_tokens::Tokenizer;

/// Whether the query repeats a token at once, as in `and and`.
fn stutters(query: &str) -> bool {
    let mut tokenizer = Tokenizer::new(query);
    let mut last = tokenizer.next_token();
    while let Some(token) = tokenizer.next_token() {
        if last == Some(token) {
            return true;
        }
        last = Some(token); // copied: it is two words and a tag
    }
    false
}

fn main() {
    let mut tokenizer = Tokenizer::new("level = 40");
    let name = tokenizer.next_token();
    let operator = tokenizer.next_token();
    let value = tokenizer.next_token();
    println!("{name:?} {operator:?} {value:?} {}", stutters("a and and b"));
}
