use exuvia_c::export;

#[export]
pub fn takes_a_string(text: String) -> usize {
    text.len()
}

#[export]
pub fn takes_anything<T: ToString>(value: T) -> String {
    value.to_string()
}

#[export]
pub async fn waits(seconds: f64) {
    let _ = seconds;
}

#[export]
pub unsafe fn asks_for_more(at: usize) -> usize {
    at
}

#[export]
pub extern "C" fn is_already_of_c(at: i32) -> i32 {
    at
}

#[export]
pub fn gives_a_reference(text: &str) -> &str {
    text
}

#[export]
pub fn takes_texts(texts: &[&str]) -> usize {
    texts.len()
}

#[export]
pub fn takes_a_pattern((one, two): (i32, i32)) -> i32 {
    one + two
}

#[export]
pub fn calls_what_cannot_stop(f: &mut dyn FnMut(f64)) {
    f(1.0)
}

#[export]
pub fn keeps_a_text(text: &'static str) -> usize {
    text.len()
}

#[export(direct)]
pub fn may_fail(text: &str) -> usize {
    text.len()
}

#[export(quickly)]
pub fn is_quick(at: i32) -> i32 {
    at
}

#[export]
pub const NOT_A_FUNCTION: i32 = 5;

#[export(name = "other")]
pub fn is_called_otherwise(at: i32) -> i32 {
    at
}

#[export]
pub fn takes_a_vector(values: &Vec<f64>) -> f64 {
    values[0]
}

#[export]
pub fn borrows_a_string(text: &String) -> usize {
    text.len()
}

pub struct Thing;

impl Thing {
    #[export]
    pub fn is_a_method(&self) {}
}

fn main() {}
