//! The leaves: registers, memories and tables of run-time width, against plain integers.

use rust_hdl::prelude::Block;
use spikestream::random::Random;
use spikestream_hw::prim::{Lookup, Ram, Register, Rom};

use super::{Case, check, clocked, seed_of, unclocked};

#[test]
fn memories_are_their_twins() {
    check(cases());
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        register::<1>("register_1", Register::new(1), 1, false),
        register::<16>("register_5", Register::new(5), 5, false),
        register::<16>("register_16", Register::new(16), 16, false),
        register::<24>("register_signed_13", Register::signed(13), 13, true),
        register::<24>("register_signed_24", Register::signed(24), 24, true),
        register::<16>("register_counting", Register::counting(10), 4, false),
        ram::<8>(
            "ram_8",
            Ram::new(8, contents("ram_8", 8, 256)),
            contents("ram_8", 8, 256),
            8,
            false,
        ),
        ram::<16>("ram_5_words", Ram::zeroed(9, 5), vec![0; 5], 9, false),
        ram::<16>("ram_smallest", Ram::zeroed(9, 1), vec![0; 2], 9, false),
        ram::<16>("ram_signed", Ram::signed(10, 64), vec![0; 64], 10, true),
        ram::<64>("ram_64", Ram::zeroed(64, 3), vec![0; 3], 64, false),
        rom::<16>("rom_16", 12, 100),
        rom::<64>("rom_64", 64, 37),
        rom::<128>("rom_128", 128, 16),
        lookup::<3, 8>("lookup_full", 8),
        lookup::<3, 12>("lookup_part", 5),
        lookup::<7, 16>("lookup_one", 1),
    ]
}

/// Pseudo-random words, all ones and 0 among them.
fn contents(name: &str, width: usize, depth: usize) -> Vec<u128> {
    let mut random = Random::new(seed_of(name));
    let ones = u128::MAX >> (128 - width);
    let mut word = || match random.below(10) {
        0 => 0,
        1 => ones,
        _ => (u128::from(random.next_u64()) << 64 | u128::from(random.next_u64())) & ones,
    };
    (0..depth).map(|_| word()).collect()
}

/// The lowest `width` bits, sign-extended to `outside` bits if asked.
fn shown(value: u128, width: usize, signed: bool, outside: usize) -> u128 {
    let low = value & (u128::MAX >> (128 - width));
    let negative = signed && low >> (width - 1) == 1;
    let extended = if negative { low.wrapping_sub(1 << width) } else { low };
    extended & (u128::MAX >> (128 - outside))
}

fn write(value: u128, out: &mut [u64]) {
    out.iter_mut().enumerate().for_each(|(i, word)| *word = (value >> (64 * i)) as u64);
}

fn register<const N: usize>(name: &str, block: Register<N>, width: usize, signed: bool) -> Case
where
    Register<N>: Block,
{
    let mut held = 0;
    clocked(name, block, |b| &mut b.clock).input("d", |b| &mut b.d).output("q", |b| &b.q).random(
        |_, _| (),
        move |row: &[u64], out: &mut [u64]| {
            write(held, out);
            held = shown(row[0].into(), width, signed, N);
        },
    )
}

/// Addresses are within the memory, above it only bits that it ignores; a word that is being
/// written is not read, because block RAM answers that with anything.
fn ram<const N: usize>(
    name: &str,
    block: Ram<N>,
    mut words: Vec<u128>,
    width: usize,
    signed: bool,
) -> Case {
    let depth = words.len() as u64;
    let address = move |raw: u64| {
        let ignored = depth.next_power_of_two().max(2);
        (raw / ignored * ignored) + raw % depth
    };
    let at = move |address: u64| (address % depth.next_power_of_two().max(2)) as usize;
    let mut read = 0;
    clocked(name, block, |b| &mut b.clock)
        .input("read_addr", |b| &mut b.read_addr)
        .input("write_addr", |b| &mut b.write_addr)
        .input("write_data", |b| &mut b.write_data)
        .input("write", |b| &mut b.write)
        .output("read_data", |b| &b.read_data)
        .random(
            move |_, row| {
                row[0] = address(row[0] & 0x7fff);
                row[1] = address(row[1] & 0x7fff);
                row[3] &= u64::from(at(row[0]) != at(row[1]));
            },
            move |row: &[u64], out: &mut [u64]| {
                write(shown(read, width, signed, N), out);
                read = words[at(row[0])];
                if row[3] == 1 {
                    words[at(row[1])] = shown(row[2].into(), width, false, N);
                }
            },
        )
}

fn rom<const N: usize>(name: &str, width: usize, depth: usize) -> Case {
    let words = contents(name, width, depth);
    let depth = depth as u64;
    let ignored = depth.next_power_of_two();
    let mut read = 0;
    clocked(name, Rom::<N>::new(width, words.clone()), |b| &mut b.clock)
        .input("read_addr", |b| &mut b.read_addr)
        .output("read_data", |b| &b.read_data)
        .random(
            move |_, row| row[0] = (row[0] & 0x7fff) / ignored * ignored + row[0] % depth,
            move |row: &[u64], out: &mut [u64]| {
                write(read, out);
                read = words[(row[0] % ignored) as usize];
            },
        )
}

/// An address past the end reads the last word.
fn lookup<const A: usize, const D: usize>(name: &str, depth: usize) -> Case {
    let words: Vec<u64> = contents(name, D, depth).iter().map(|&word| word as u64).collect();
    unclocked(name, Lookup::<A, D>::new(words.clone()))
        .input("address", |b| &mut b.address)
        .output("data", |b| &b.data)
        .random(
            |_, _| (),
            move |row: &[u64], out: &mut [u64]| out[0] = words[depth.min(row[0] as usize + 1) - 1],
        )
}
