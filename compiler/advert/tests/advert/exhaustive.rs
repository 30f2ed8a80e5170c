//! The least that any packing could need, found by trying all of them: which fields go into which step, and which of
//! these into its scan response. It knows the problem's rules, and nothing of how the planner solves it.

use swarm_advert::{Beacon, Identity, Places, Repeat};

/// Steps of the rotation, and bytes of all packets.
pub type Least = (usize, usize);

/// Subsets of fields are bits of a mask; more would take too long.
pub const MOST_FIELDS: usize = 12;

/// The least over all places, for these numbers of values per field; none when nothing fits.
pub fn least(beacon: &Beacon, counts: &[u128]) -> Option<Least> {
    let name = beacon.local_name.as_ref().map_or(0, |name| 2 + name.len());
    let mut found = Vec::new();
    for places in &beacon.places {
        let (size, response) = match places {
            Places::Legacy => (31, false),
            Places::LegacyAndScanResponse => (31, true),
            Places::Extended { bytes } => (usize::from(*bytes), false),
        };
        found.extend(least_in(beacon, counts, &Air { size, response, name, name_in_response: 0 }));
        if response {
            found.extend(least_in(beacon, counts, &Air { size, response, name: 0, name_in_response: name }));
        }
    }
    found.into_iter().min()
}

/// Bytes of an advert, and where the name is.
struct Air {
    size: usize,
    response: bool,
    name: usize,
    name_in_response: usize,
}

fn least_in(beacon: &Beacon, counts: &[u128], air: &Air) -> Option<Least> {
    let identity = match beacon.identity {
        Identity::Company(_) | Identity::Service16(_) => 2,
        Identity::Service32(_) => 4,
        Identity::Service128(_) => 16,
    };
    // Length, type, identity, layout id; the flags structure has three bytes.
    let head = 2 + identity + 1;
    let around = head + air.name + if beacon.flags.is_some() { 3 } else { 0 };
    let is_repeated = |field: &usize| beacon.fields[*field].repeat == Repeat::EveryAdvert;
    let repeated: Vec<u128> = (0..counts.len()).filter(is_repeated).map(|field| counts[field]).collect();
    let once: Vec<u128> =
        (0..counts.len()).filter(|field| !is_repeated(field)).map(|field| counts[field]).collect();
    let masks = 1usize << once.len();
    let chosen = |mask: usize| (0..once.len()).filter(move |bit| mask >> bit & 1 == 1);
    let advert: Vec<usize> = (0..masks)
        .map(|mask| bytes(repeated.iter().copied().chain(chosen(mask).map(|bit| once[bit]))))
        .map(|payload| around + payload)
        .collect();
    let response: Vec<usize> = (0..masks)
        .map(|mask| if mask == 0 { 0 } else { head + bytes(chosen(mask).map(|bit| once[bit])) })
        .collect();

    // One step for each set of fields.
    let mut step = vec![None; masks];
    for set in 0..masks {
        for answered in subsets(set) {
            let fits = advert[set & !answered] <= air.size && response[answered] + air.name_in_response <= 31;
            if (answered == 0 || air.response) && fits {
                let total = advert[set & !answered] + response[answered] + air.name_in_response;
                step[set] = smaller(step[set], Some(total));
            }
        }
    }

    // One step more at a time; each takes the first field that is left, and any others.
    let most = beacon.rotation.map_or(1, |rotation| usize::from(rotation.maximum_steps));
    let mut reached: Vec<Option<usize>> = step.clone();
    for steps in 1..=most {
        if let Some(bytes) = reached[masks - 1] {
            return Some((steps, bytes));
        }
        let mut next = vec![None; masks];
        for set in 1..masks {
            let first = set & set.wrapping_neg();
            for others in subsets(set & !first) {
                let both = step[first | others].zip(reached[set & !first & !others]);
                next[set] = smaller(next[set], both.map(|(a, b)| a + b));
            }
        }
        reached = next;
    }
    None
}

fn smaller(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a.into_iter().chain(b).min()
}

fn subsets(set: usize) -> impl Iterator<Item = usize> {
    let next = move |subset: &usize| (*subset != 0).then(|| (*subset - 1) & set);
    std::iter::successors(Some(set), next)
}

/// Bytes that hold one of `count * count * ...` states, by long multiplication in base 2^16.
pub fn bytes(counts: impl Iterator<Item = u128>) -> usize {
    let mut number: Vec<u16> = vec![1];
    for count in counts {
        let factor = [count as u64 & 0xffff_ffff, (count >> 32) as u64];
        let product = |number: &[u16], factor: u64| {
            let (mut carry, mut result) = (0u64, Vec::new());
            for place in number {
                carry += u64::from(*place) * factor;
                result.push(carry as u16);
                carry >>= 16;
            }
            (0..4).for_each(|place| result.push((carry >> (16 * place)) as u16));
            result
        };
        let (low, high) = (product(&number, factor[0]), product(&number, factor[1]));
        let mut sum = vec![0u16; high.len() + 2];
        let mut carry = 0u32;
        for (place, digit) in sum.iter_mut().enumerate() {
            carry += u32::from(low.get(place).copied().unwrap_or(0));
            carry += place.checked_sub(2).map_or(0, |place| u32::from(high[place]));
            *digit = carry as u16;
            carry >>= 16;
        }
        number = sum;
        while number.len() > 1 && number.last() == Some(&0) {
            number.pop();
        }
    }
    // The codes are 0 to the number minus one: bytes that hold the highest.
    let borrow = number.iter().position(|digit| *digit != 0).expect("there is a state");
    number[..borrow].fill(0xffff);
    number[borrow] -= 1;
    let highest = number.iter().rposition(|digit| *digit != 0);
    highest.map_or(0, |place| 2 * place + if number[place] > 0xff { 2 } else { 1 })
}

#[test]
fn bytes_of_states_that_are_known() {
    let known: [(&[u128], usize); 8] = [
        (&[], 0),
        (&[1], 0),
        (&[2], 1),
        (&[256], 1),
        (&[257], 2),
        (&[1 << 64, 1 << 64], 16),
        (&[1 << 64, 1 << 64, 2], 17),
        (&[3; 200], 40),
    ];
    for (counts, expected) in known {
        assert_eq!(bytes(counts.iter().copied()), expected, "{counts:?}");
    }
}
