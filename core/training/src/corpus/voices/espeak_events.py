"""Synthesises lines with libespeak-ng and reports when each phoneme starts.

Standard input: one JSON object per line with voice, rate, pitch, range, gap, text, out.
For each, the script writes 16-bit mono samples to the file `out` and a JSON object to standard
output: rate (Hz), samples (count), events ([start sample, IPA] in order; empty IPA is a pause).
"""
import ctypes
import ctypes.util
import json
import sys

SYNCHRONOUS = 2
PHONEME_EVENTS, PHONEME_IPA, DONT_EXIT = 0x1, 0x2, 0x8000
RATE, PITCH, RANGE, WORD_GAP = 1, 3, 4, 7
UTF8 = 1
EVENT_END, EVENT_PHONEME = 0, 7


class Identity(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", Identity),
    ]


pieces, events = [], []


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))
def on_synthesis(wave, count, event):
    index = 0
    while event[index].type != EVENT_END:
        if event[index].type == EVENT_PHONEME:
            # The name fills up to eight bytes and is not null-terminated if it fills all.
            name = ctypes.string_at(ctypes.addressof(event[index].id), 8).split(b"\0")[0]
            events.append([event[index].sample, name.decode("utf-8", "replace")])
        index += 1
    if wave and count > 0:
        pieces.append(ctypes.string_at(wave, 2 * count))
    return 0


def main():
    for name in ("libespeak-ng.so.1", "libespeak-ng.1.dylib", "libespeak-ng.dll", ctypes.util.find_library("espeak-ng")):
        try:
            library = ctypes.CDLL(name) if name else None
        except OSError:
            library = None
        if library:
            break
    if not library:
        sys.exit("libespeak-ng not found")
    hertz = library.espeak_Initialize(SYNCHRONOUS, 0, None, PHONEME_EVENTS | PHONEME_IPA | DONT_EXIT)
    if hertz <= 0:
        sys.exit("libespeak-ng is installed, but its voice data is not found")
    library.espeak_SetSynthCallback(on_synthesis)
    sys.stdin.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        request = json.loads(line)
        pieces.clear()
        events.clear()
        if library.espeak_SetVoiceByName(request["voice"].encode()) != 0:
            sys.exit("no voice named " + request["voice"])
        for parameter, key in ((RATE, "rate"), (PITCH, "pitch"), (RANGE, "range"), (WORD_GAP, "gap")):
            library.espeak_SetParameter(parameter, int(request[key]), 0)
        text = request["text"].encode() + b"\0"
        library.espeak_Synth(text, len(text), 0, 1, 0, UTF8, None, None)
        library.espeak_Synchronize()
        wave = b"".join(pieces)
        with open(request["out"], "wb") as out:
            out.write(wave)
        print(json.dumps({"rate": hertz, "samples": len(wave) // 2, "events": events}), flush=True)


main()
