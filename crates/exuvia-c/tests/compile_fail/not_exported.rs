use exuvia_c::export;

pub struct Counter(i64);

#[export]
pub fn value(counter: &Counter) -> i64 {
    counter.0
}

pub struct Wrong;

#[export]
pub fn fails() -> Result<(), Wrong> {
    Err(Wrong)
}

#[export]
pub fn keeps<'a: 'static>(text: &'a str) -> usize {
    text.len()
}

fn main() {}
