#!/usr/bin/env python3
"""A sample product, "Counter", in Python: the C interface of the device client through `ctypes`, nothing else.

    counter.py LIBRARY SETTINGS FOLDER [activate NAME | refresh | return]

LIBRARY is libperpetua_device_ffi.so, .dylib or perpetua_device_ffi.dll. The product key comes on standard input.
"""

import ctypes
import pathlib
import sys

OK, REMIND, REDUCE = 0, 10, 11


class Device:
    """A machine with its folder. Every call gives (status, code, sentence, text)."""

    def __init__(self, library, settings, folder, language="en"):
        self._library = ctypes.CDLL(library)
        self._declare()
        failure = ctypes.c_void_p()
        texts = [part for text in (settings, folder, language) for part in self._text(text)]
        self._device = self._library.perpetua_open(*texts, ctypes.byref(failure))
        if not self._device:
            raise RuntimeError(self._take(failure.value)[2])

    def close(self):
        """Frees the device."""
        self._library.perpetua_free(self._device)
        self._device = None

    def verify(self):
        """Whether the software may run here now; asks nobody."""
        return self._take(self._library.perpetua_verify(self._device))

    def activate(self, key, name):
        """Activates with a product key as people type it."""
        return self._take(self._library.perpetua_activate(self._device, *self._text(key), *self._text(name)))

    def refresh(self):
        """Gets a newer certificate."""
        return self._take(self._library.perpetua_refresh(self._device))

    def give_back(self):
        """Gives the activation back."""
        return self._take(getattr(self._library, "perpetua_return")(self._device))

    def _declare(self):
        """Pointers are larger than what ctypes assumes."""
        library, pointer = self._library, ctypes.c_void_p
        text = [ctypes.c_char_p, ctypes.c_size_t]
        for name, arguments in {
            "perpetua_open": [*text, *text, *text, ctypes.POINTER(pointer)],
            "perpetua_verify": [pointer],
            "perpetua_activate": [pointer, *text, *text],
            "perpetua_refresh": [pointer],
            "perpetua_return": [pointer],
            "perpetua_answer_code": [pointer, ctypes.POINTER(ctypes.c_size_t)],
            "perpetua_answer_sentence": [pointer, ctypes.POINTER(ctypes.c_size_t)],
            "perpetua_answer_text": [pointer, ctypes.POINTER(ctypes.c_size_t)],
        }.items():
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, pointer
        library.perpetua_answer_status.argtypes, library.perpetua_answer_status.restype = [pointer], ctypes.c_int32
        for name in ("perpetua_free", "perpetua_answer_free"):
            getattr(library, name).argtypes, getattr(library, name).restype = [pointer], None

    def _take(self, answer):
        """Copies an answer and frees it."""
        parts = []
        for name in ("code", "sentence", "text"):
            length = ctypes.c_size_t()
            start = getattr(self._library, f"perpetua_answer_{name}")(answer, ctypes.byref(length))
            parts.append(ctypes.string_at(start, length.value).decode())
        status = self._library.perpetua_answer_status(answer)
        self._library.perpetua_answer_free(answer)
        return (status, *parts)

    @staticmethod
    def _text(text):
        encoded = text.encode()
        return encoded, len(encoded)


def work(upto):
    """What the product is for."""
    print(*range(1, upto + 1))


def start(device):
    """Works as far as the license allows."""
    status, _, sentence, _ = device.verify()
    if status != OK:
        print(sentence)
    if status in (OK, REMIND):
        work(10)
    elif status == REDUCE:
        work(3)
    return status


def main(library, settings, folder, *command):
    """Runs one command."""
    device = Device(library, pathlib.Path(settings).read_text(encoding="utf-8"), folder)
    try:
        match command:
            case []:
                return start(device)
            case ["activate", name]:
                answer = device.activate(sys.stdin.read(), name)
            case ["refresh"]:
                answer = device.refresh()
            case ["return"]:
                answer = device.give_back()
            case _:
                return 2
        print(answer[2])
        return answer[0]
    finally:
        device.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 3 else 2)
