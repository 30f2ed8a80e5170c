//! NUMERICS, *Tensors*: products of matrices, requantisation and element-wise arithmetic, on `i32` that wraps.

/// A matrix as its rows.
pub type Matrix = Vec<Vec<i32>>;

fn dot(a: impl Iterator<Item = i32>, b: impl Iterator<Item = i32>, start: i32) -> i32 {
    a.zip(b).fold(start, |sum, (a, b)| sum.wrapping_add(a.wrapping_mul(b)))
}

/// `start + matrix * vector`.
pub fn matvec(matrix: &Matrix, vector: &[i32], start: &[i32]) -> Vec<i32> {
    let rows = matrix.iter().zip(start);
    rows.map(|(row, start)| dot(row.iter().copied(), vector.iter().copied(), *start)).collect()
}

/// `start + vector * matrix`.
pub fn vecmat(vector: &[i32], matrix: &Matrix, start: &[i32]) -> Vec<i32> {
    let column = |number: usize| matrix.iter().map(move |row| row[number]);
    let columns = start.iter().enumerate();
    columns.map(|(number, start)| dot(vector.iter().copied(), column(number), *start)).collect()
}

/// `start + a * b`.
pub fn matmul(a: &Matrix, b: &Matrix, start: &Matrix) -> Matrix {
    a.iter().zip(start).map(|(row, start)| vecmat(row, b, start)).collect()
}

/// `clamp(near(sum * multiplier / 2^shift), -128, 127)`, exactly.
pub fn requantise(sum: i32, multiplier: i32, shift: u32) -> i32 {
    let product = i128::from(sum) * i128::from(multiplier);
    let rounded = (product + (1i128 << (shift - 1))) >> shift;
    rounded.clamp(-128, 127) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_by_hand() {
        let matrix = vec![vec![1, 2, 3], vec![-4, 5, -6]];
        assert_eq!(matvec(&matrix, &[7, 8, 9], &[100, 0]), [150, -42]);
        assert_eq!(vecmat(&[2, 3], &matrix, &[0, 0, 1]), [-10, 19, -11]);
        let square = vec![vec![1, 2], vec![3, 4]];
        assert_eq!(matmul(&square, &square, &vec![vec![0, 0], vec![0, 1]]), vec![vec![7, 10], vec![15, 23]]);
        assert_eq!(matvec(&vec![vec![i32::MAX, 1]], &[2, 3], &[0]), [1]);
    }

    #[test]
    fn requantisation_rounds_halves_up() {
        // 3/4 of the sum.
        for (sum, expected) in
            [(0, 0), (1, 1), (2, 2), (-1, -1), (-2, -1), (-6, -4), (169, 127), (200, 127), (-300, -128)]
        {
            assert_eq!(requantise(sum, 3 << 29, 31), expected, "{sum}");
        }
        assert_eq!(requantise(i32::MIN, i32::MAX, 31), -128);
    }
}
