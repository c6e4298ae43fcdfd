#[derive(exuvia_c::Error)]
#[c(code = 5)]
pub enum TooLow {
    One,
}

#[derive(exuvia_c::Error)]
pub enum Twice {
    #[c(code = 200)]
    One,
    #[c(code = 200)]
    Two,
}

#[derive(exuvia_c::Error)]
#[c(number = 100)]
pub struct Misspelled;

#[derive(exuvia_c::Error)]
pub struct Silent;

fn main() {}
