//! Linear recurrences modulo a number: plain Rust that knows nothing of Python.

/// The recurrence `x[i] = c[0]·x[i-1] + c[1]·x[i-2] + … + c[k-1]·x[i-k]` modulo `modulus`.
pub struct Recurrence {
    coefficients: Vec<u64>,
    initial: Vec<u64>,
    modulus: u64,
}

impl Recurrence {
    /// Both slices have the same length, which is not zero; nor is the modulus.
    pub fn new(coefficients: &[i128], initial: &[i128], modulus: u64) -> Self {
        let reduce = |value: &i128| value.rem_euclid(i128::from(modulus)) as u64;
        Recurrence {
            coefficients: coefficients.iter().map(reduce).collect(),
            initial: initial.iter().map(reduce).collect(),
            modulus,
        }
    }

    /// The term `x[n]`, in O(k² log n) steps.
    ///
    /// Any `x[n]` is a fixed combination of `x[0] … x[k-1]`: the remainder of `t^n` divided by the recurrence's
    /// characteristic polynomial `t^k - c[0]·t^(k-1) - … - c[k-1]` (C. M. Fiduccia, "An efficient formula for linear
    /// recurrences", 1985). The power is taken by squaring.
    pub fn term(&self, n: u64) -> u64 {
        let order = self.coefficients.len();
        let mut power = vec![0; order];
        power[0] = 1 % self.modulus;
        for bit in (0..u64::BITS - n.leading_zeros()).rev() {
            power = self.squared(&power);
            if n >> bit & 1 == 1 {
                self.shift(&mut power);
            }
        }
        power
            .iter()
            .zip(&self.initial)
            .fold(0, |sum, (&factor, &term)| {
                self.add(sum, self.multiply(factor, term))
            })
    }

    /// Multiply by `t`.
    fn shift(&self, polynomial: &mut [u64]) {
        polynomial.rotate_right(1);
        let carried = std::mem::take(&mut polynomial[0]);
        self.fold_down(polynomial, carried);
    }

    fn squared(&self, polynomial: &[u64]) -> Vec<u64> {
        let order = polynomial.len();
        let mut product = vec![0; 2 * order - 1];
        for (i, &a) in polynomial.iter().enumerate() {
            for (j, &b) in polynomial.iter().enumerate() {
                product[i + j] = self.add(product[i + j], self.multiply(a, b));
            }
        }
        for degree in (order..product.len()).rev() {
            let carried = product[degree];
            self.fold_down(&mut product[degree - order..degree], carried);
        }
        product.truncate(order);
        product
    }

    /// Replace `carried·t^k` by what the characteristic polynomial says it is worth in lower powers.
    fn fold_down(&self, polynomial: &mut [u64], carried: u64) {
        for (place, &coefficient) in polynomial.iter_mut().rev().zip(&self.coefficients) {
            *place = self.add(*place, self.multiply(carried, coefficient));
        }
    }

    fn add(&self, a: u64, b: u64) -> u64 {
        ((u128::from(a) + u128::from(b)) % u128::from(self.modulus)) as u64
    }

    fn multiply(&self, a: u64, b: u64) -> u64 {
        (u128::from(a) * u128::from(b) % u128::from(self.modulus)) as u64
    }
}
