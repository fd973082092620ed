use unsafe_c_strings::{Error, with_phrase};

struct Unique(String);

fn reads(unique: Unique) -> Result<(), Error> {
    let mut seen = Vec::new();
    // Gives away what it owns, and changes what it borrows.
    let unique: Unique = with_phrase("greeting", |text| {
        seen.push(text.len());
        unique
    })?;
    let _: String = with_phrase("greeting", move |text| unique.0 + text)?;
    with_phrase("greeting", |_| ())
}

fn main() {
    let _ = reads(Unique(String::new()));
}
