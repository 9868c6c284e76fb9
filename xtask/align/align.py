"""Finds when each sound of transcribed recordings is said.

    align.py FOLDER OUTPUT

FOLDER holds manifest.tsv (columns id, speaker, language, transcript; optional split and ipa) and
the sounds (ID.flac or ID.wav, in sub-folders or not). OUTPUT gets what `metaface train
--recordings` and `metaface eval` read: manifest.tsv, phones/ID.csv with the labels in the
International Phonetic Alphabet, and audio, a link to FOLDER. Recordings whose words cannot be
found in their sound are named and left out.

PocketSphinx aligns with its American English acoustic model; the words' sounds come from
espeak-ng, or from the ipa column, each as the most similar English one. Boundaries in other
languages are therefore rougher than in English.
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
PAUSE = RATE // 10  # of faint noise around each recording: the aligner wants silence at both ends

# The English sound (ARPABET) most like each sound; None is not aligned.
SIMILAR = {
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


def sounds(ipa):
    """Pairs of a symbol and its English likeness."""
    plain = "".join(
        symbol
        for symbol in unicodedata.normalize("NFD", ipa)
        if symbol not in MARKS and not unicodedata.combining(symbol) and not symbol.isspace()
    )
    found, at = [], 0
    while at < len(plain):
        symbol = plain[at : at + 2] if plain[at : at + 2] in SIMILAR else plain[at]
        at += len(symbol)
        if symbol not in SIMILAR:
            print(f"no likeness for {symbol!r}; passed over", file=sys.stderr)
        elif SIMILAR[symbol] and not (found and found[-1][0] == symbol):
            found.append((symbol, SIMILAR[symbol]))
    return found


def pronounced(word, language):
    """A word's sounds in the phonetic alphabet, by espeak-ng."""
    told = subprocess.run(
        ["espeak-ng", "-q", "--ipa", "-v", language, "--", word],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    # Where it changes to another language and back it says so in brackets; the German sound of
    # "ur" it cannot spell.
    return re.sub(r"\([a-z-]+\)", "", told.stdout).replace("??", "ʊɐ")


def words_of(row):
    """The sounds of each word of a recording."""
    if row.get("ipa"):
        spoken = row["ipa"].split()
    else:
        text = re.sub(r"[^\w' ]", " ", row["transcript"])
        spoken = [pronounced(word, row["language"]) for word in text.split()]
    return [found for found in map(sounds, spoken) if found]


def aligned(decoder, samples, words):
    """(symbol, first second, last second) of every sound, with silences."""
    names = []
    for word in words:
        name = "-".join(["w", *(likeness.lower() for _, likeness in word)])
        if decoder.lookup_word(name) is None:
            decoder.add_word(name, " ".join(likeness for _, likeness in word), True)
        names.append(name)
    noise = np.random.default_rng(0).normal(0, 3, PAUSE).astype(np.int16)
    sound = np.concatenate([noise, samples, noise]).tobytes()
    # Words first, then the sounds within them.
    decoder.set_align_text(" ".join(names))
    for refine in (False, True):
        if refine:
            decoder.set_alignment()
        decoder.start_utt()
        decoder.process_raw(sound, full_utt=True)
        decoder.end_utt()
    spans, said = [], iter(words)
    for entry in decoder.get_alignment():
        parts = list(entry)
        labels = ["SIL"] * len(parts)
        if entry.name in names:
            labels = [symbol for symbol, _ in next(said)]
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
                raise ValueError(f"{rate} Hz; bring it to {RATE} Hz first")
            samples = samples[:, 0]
            spans = aligned(decoder, samples, words_of(row))
        except (KeyError, RuntimeError, StopIteration, ValueError) as reason:
            print(f"{name}: left out: {reason}", file=sys.stderr)
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
