"""Finds the phone times of transcribed recordings.

    align.py FOLDER OUTPUT

FOLDER has manifest.tsv (columns id, speaker, language, transcript; optional split and ipa) and the
sounds (ID.flac or ID.wav, also in sub-folders). The script writes to OUTPUT what `metaface train
--recordings` and `metaface eval` read: manifest.tsv, phones/ID.csv with labels in the International
Phonetic Alphabet, and audio, a link to FOLDER. Recordings that cannot be aligned are reported and
skipped.

PocketSphinx aligns with its American English acoustic model. The phones of the words come from
espeak-ng, or from the ipa column, and each is replaced by the most similar English phone. Boundaries
in other languages are therefore less accurate than in English.
"""

import csv
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pocketsphinx
import soundfile

RATE = 16000
PAUSE = RATE // 10  # samples of faint noise around each recording: the aligner needs silence there

# The most similar English phone (ARPABET) of each symbol; None is skipped.
ENGLISH_PHONES = {
    **dict(p="P", b="B", m="M", f="F", v="V", w="W", t="T", d="D", n="N", l="L", r="R", s="S"),
    **dict(z="Z", k="K", g="G", h="HH", x="HH", c="HH", q="K", j="Y", i="IY", y="UW", e="EY"),
    **dict(a="AA", o="OW", u="UW"),
    **{"β": "V", "ɸ": "F", "ɾ": "D", "ɹ": "R", "ʁ": "G", "ʀ": "G", "ʃ": "SH", "ʒ": "ZH", "θ": "TH"},
    **{"ð": "DH", "ɡ": "G", "ɣ": "G", "ŋ": "NG", "ɲ": "N", "ħ": "HH", "χ": "HH", "ç": "HH"},
    **{"ʕ": "AA", "ʔ": None, "ʝ": "Y", "ʎ": "L", "ɪ": "IH", "ʏ": "UH", "ɛ": "EH", "ø": "ER"},
    **{"œ": "ER", "ə": "AH", "ɐ": "AH", "ɑ": "AA", "æ": "AE", "ʌ": "AH", "ɔ": "AO", "ʊ": "UH"},
    **{"ɜ": "ER", "ɚ": "ER", "ɝ": "ER", "ɒ": "AA", "ɬ": "L", "ɫ": "L", "ɨ": "IH", "ʉ": "UW"},
    **{"tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "ai": "AY", "aʊ": "AW", "au": "AW", "ɔø": "OY"},
    **{"ɔɪ": "OY", "ɔʏ": "OY", "oi": "OY", "eɪ": "EY", "ei": "EY", "ɛɪ": "EY", "oʊ": "OW"},
    **{"əʊ": "OW"},
}
MARKS = "ˈˌːˑ͡ʲˤʰ‿|-.ˠ"


def phones_of_ipa(ipa):
    """Pairs of a symbol and its most similar English phone."""
    plain = "".join(
        symbol
        for symbol in unicodedata.normalize("NFD", ipa)
        if symbol not in MARKS and not unicodedata.combining(symbol) and not symbol.isspace()
    )
    found, at = [], 0
    while at < len(plain):
        symbol = plain[at : at + 2] if plain[at : at + 2] in ENGLISH_PHONES else plain[at]
        at += len(symbol)
        if symbol not in ENGLISH_PHONES:
            print(f"no similar English phone for {symbol!r}; skipped", file=sys.stderr)
        elif ENGLISH_PHONES[symbol] and not (found and found[-1][0] == symbol):
            found.append((symbol, ENGLISH_PHONES[symbol]))
    return found


def espeak_ipa(word, language):
    """The phones of a word in the International Phonetic Alphabet, by espeak-ng."""
    result = subprocess.run(
        ["espeak-ng", "-q", "--ipa", "-v", language, "--", word],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    # espeak-ng marks a change of language in brackets, and writes "??" for the German "ur".
    return re.sub(r"\([a-z-]+\)", "", result.stdout).replace("??", "ʊɐ")


def words_of(row):
    """The phones of each word of a recording."""
    if row.get("ipa"):
        spoken = row["ipa"].split()
    else:
        text = re.sub(r"[^\w' ]", " ", row["transcript"])
        spoken = [espeak_ipa(word, row["language"]) for word in text.split()]
    return [found for found in map(phones_of_ipa, spoken) if found]


def align(decoder, samples, words):
    """(symbol, start, end) of every phone in seconds, with silences."""
    names = []
    for word in words:
        name = "-".join(["w", *(english.lower() for _, english in word)])
        if decoder.lookup_word(name) is None:
            decoder.add_word(name, " ".join(english for _, english in word), True)
        names.append(name)
    noise = np.random.default_rng(0).normal(0, 3, PAUSE).astype(np.int16)
    sound = np.concatenate([noise, samples, noise]).tobytes()
    # Words first, then the phones in them.
    decoder.set_align_text(" ".join(names))
    for refine in (False, True):
        if refine:
            decoder.set_alignment()
        decoder.start_utt()
        decoder.process_raw(sound, full_utt=True)
        decoder.end_utt()
    spans, remaining = [], iter(words)
    for entry in decoder.get_alignment():
        parts = list(entry)
        labels = ["SIL"] * len(parts)
        if entry.name in names:
            labels = [symbol for symbol, _ in next(remaining)]
        for label, part in zip(labels, parts, strict=True):
            spans.append((label, part.start / 100, (part.start + part.duration) / 100))
    return spans


def main():
    folder, output = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    with open(folder / "manifest.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    files = {
        Path(name).stem: Path(inside, name)
        for inside, _, names in os.walk(folder, followlinks=True)
        for name in names
        if name.endswith((".wav", ".flac"))
    }
    (output / "phones").mkdir(parents=True, exist_ok=True)
    if not (output / "audio").exists():
        (output / "audio").symlink_to(folder, target_is_directory=True)
    decoder = pocketsphinx.Decoder(
        lm=None, loglevel="FATAL", beam=1e-60, pbeam=1e-60, wbeam=1e-40
    )
    done = []
    for row in rows:
        name = row["id"]
        try:
            samples, rate = soundfile.read(files[name], dtype="int16", always_2d=True)
            if rate != RATE:
                raise ValueError(f"{rate} Hz; resample it to {RATE} Hz")
            samples = samples[:, 0]
            spans = align(decoder, samples, words_of(row))
        except (KeyError, RuntimeError, StopIteration, ValueError) as reason:
            print(f"{name}: skipped: {reason}", file=sys.stderr)
            continue
        shift, end = PAUSE / RATE, len(samples) / RATE
        with open(output / "phones" / f"{name}.csv", "w", encoding="utf-8") as file:
            file.write("start,end,phone\n")
            for label, first, last in spans:
                first, last = max(0, first - shift), min(end, last - shift)
                if last > first:
                    file.write(f"{first:.2f},{last:.2f},{label}\n")
        done.append([name, row["speaker"], row["language"], row.get("split", "")])
    with open(output / "manifest.tsv", "w", encoding="utf-8") as file:
        for fields in [["id", "speaker", "language", "split"], *done]:
            file.write("\t".join(fields) + "\n")
    print(f"{len(done)} of {len(rows)} recordings aligned: {output}")


main()
