//! Numbers by value, by the slice and by callback.

use exuvia_c::{Stopped, export};

/// The same.
#[export]
pub fn same_i8(value: i8) -> i8 {
    value
}

/// The same.
#[export]
pub fn same_i16(value: i16) -> i16 {
    value
}

/// The same.
#[export]
pub fn same_i32(value: i32) -> i32 {
    value
}

/// The same.
#[export]
pub fn same_i64(value: i64) -> i64 {
    value
}

/// The same.
#[export]
pub fn same_isize(value: isize) -> isize {
    value
}

/// The same.
#[export]
pub fn same_u8(value: u8) -> u8 {
    value
}

/// The same.
#[export]
pub fn same_u16(value: u16) -> u16 {
    value
}

/// The same.
#[export]
pub fn same_u32(value: u32) -> u32 {
    value
}

/// The same.
#[export]
pub fn same_u64(value: u64) -> u64 {
    value
}

/// The same.
#[export]
pub fn same_usize(value: usize) -> usize {
    value
}

/// The same.
#[export]
pub fn same_f32(value: f32) -> f32 {
    value
}

/// The same.
#[export]
pub fn same_f64(value: f64) -> f64 {
    value
}

/// The other.
#[export]
pub fn other(value: bool) -> bool {
    !value
}

/// The sum of two numbers.
#[export(direct)]
pub fn add(one: i32, two: i32) -> i32 {
    one.wrapping_add(two)
}

/// The sum of many.
#[export]
pub fn total(values: &[f64]) -> f64 {
    values.iter().sum()
}

/// The largest of some bytes.
///
/// Nothing has none: -1.
#[export]
pub fn largest(values: &[u8]) -> i32 {
    values.iter().max().map_or(-1, |&value| value.into())
}

/// Makes each value `factor` times as large.
#[export]
pub fn scale(values: &mut [f64], factor: f64) {
    for value in values {
        *value *= factor;
    }
}

/// Copies numbers. Panics where there are more or less of them.
#[export]
pub fn copy(from: &[i32], into: &mut [i32]) {
    into.copy_from_slice(from);
}

/// Exchanges numbers.
#[export]
pub fn exchange(one: &mut [i64], two: &mut [i64]) {
    one.swap_with_slice(two);
}

/// The first numbers.
#[export]
pub fn first(count: u32) -> Vec<u32> {
    (0..count).collect()
}

/// As many halves.
#[export]
pub fn halves(count: usize) -> Vec<f32> {
    vec![0.5; count]
}

/// Calls back with each value.
#[export]
pub fn each(
    values: &[f64],
    visit: &mut dyn FnMut(f64) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    values.iter().try_for_each(|&value| visit(value))
}

/// Each value as a callback has it, with its position.
#[export]
pub fn map(
    values: &[f64],
    change: &mut dyn FnMut(f64, u32) -> Result<f64, Stopped>,
) -> Result<Vec<f64>, Stopped> {
    let values = values.iter().zip(0..);
    values.map(|(&value, at)| change(value, at)).collect()
}

/// Calls back, and goes on as if nothing had been said.
#[export]
pub fn deaf(visit: &mut dyn FnMut(f64) -> Result<(), Stopped>) -> u32 {
    (0..3).filter(|_| visit(1.0).is_ok()).count() as u32
}

/// Its own name is that of its parameter.
#[export]
pub fn length(length: f64) -> f64 {
    length
}

/// As the function that C calls would be called.
#[export(direct)]
pub fn shim(value: i32) -> i32 {
    value
}

/// Has a mistake in it. C's comments end in `*/`, and this one does not.
#[export]
pub fn mistaken(at: usize) -> i32 {
    [1, 2, 3][at]
}
