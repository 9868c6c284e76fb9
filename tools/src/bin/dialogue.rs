//! Writes the dialogue of a fictional game: `dialogue FOLDER LINES`; run by `cargo xtask dialogue`.

use std::path::Path;

use metaface_tools::{AnyResult, dialogue};

fn main() -> AnyResult<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, lines] = arguments.as_slice() else {
        return Err("usage: dialogue FOLDER LINES".into());
    };
    dialogue::write(Path::new(folder), lines.parse()?)?;
    println!("{lines} lines written to {folder}/dialogue.csv");
    Ok(())
}
