//! pi by Machin's formula, pi = 16 arctan(1/5) - 4 arctan(1/239) (John Machin 1706; DLMF 4.24.3 for the series of arctan,
//! <https://dlmf.nist.gov/4.24.E3>), in whole numbers.

/// A limb holds nine decimal places.
const BASE: u64 = 1_000_000_000;

/// Limbs behind the places that are asked for. What the divisions cut off is less than one unit of the last limb for each of
/// two divisions, 800 terms and a factor of 16: it does not reach the places unless these 18 begin with 13 nines or zeros,
/// which the tests exclude for all places that there are.
const GUARD: usize = 2;

/// A number from 0 to less than `BASE`: the whole part, and behind it the places, nine in each limb.
struct Fixed(Vec<u64>);

impl Fixed {
    fn new(whole: u64, limbs: usize) -> Self {
        let mut limbs = vec![0; limbs + 1];
        limbs[0] = whole;
        Self(limbs)
    }

    /// Cuts off what is smaller than the last limb. The remainder times `BASE` fits for divisors below 2^34.
    fn divide(&mut self, by: u64) {
        let mut remainder = 0;
        for limb in &mut self.0 {
            let value = remainder * BASE + *limb;
            *limb = value / by;
            remainder = value % by;
        }
    }

    fn add(&mut self, other: &Self) {
        let mut carry = 0;
        for (limb, other) in self.0.iter_mut().zip(&other.0).rev() {
            let sum = *limb + other + carry;
            *limb = sum % BASE;
            carry = sum / BASE;
        }
    }

    /// `other` is not greater.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = 0;
        for (limb, other) in self.0.iter_mut().zip(&other.0).rev() {
            let taken = other + borrow;
            borrow = u64::from(*limb < taken);
            *limb = *limb + borrow * BASE - taken;
        }
    }

    fn is_zero(&self) -> bool {
        self.0.iter().all(|limb| *limb == 0)
    }
}

/// `factor` times the arctangent of 1/x: factor/x - factor/3x³ + factor/5x⁵ - …
fn arctan(factor: u64, x: u64, limbs: usize) -> Fixed {
    let mut power = Fixed::new(factor, limbs);
    power.divide(x);
    let mut sum = Fixed(power.0.clone());
    for n in 1.. {
        power.divide(x * x);
        if power.is_zero() {
            break;
        }
        let mut term = Fixed(power.0.clone());
        term.divide(2 * n + 1);
        if n % 2 == 0 {
            sum.add(&term);
        } else {
            sum.subtract(&term);
        }
    }
    sum
}

/// pi with `places` decimal places, the last not rounded.
pub(crate) fn digits(places: usize) -> String {
    let limbs = places.div_ceil(9) + GUARD;
    let mut pi = arctan(16, 5, limbs);
    pi.subtract(&arctan(4, 239, limbs));
    let mut text = pi.0[0].to_string();
    if places > 0 {
        text.push('.');
        for limb in &pi.0[1..] {
            text.push_str(&format!("{limb:09}"));
        }
        text.truncate(2 + places);
    }
    text
}
