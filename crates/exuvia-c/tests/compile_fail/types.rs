use exuvia_c::export;

#[export]
pub struct Of<T>(T);

#[export]
pub struct Counter(i64);

#[export]
impl Counter {
    pub fn free(&mut self) {}
}

#[export]
impl Counter {
    pub fn take(self) -> i64 {
        self.0
    }
}

#[export]
impl Default for Counter {
    fn default() -> Self {
        Self(0)
    }
}

fn main() {}
