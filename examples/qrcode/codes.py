"""Makes QR codes of many sizes, as a program that prints labels would: what the demo profiles and records."""

import qrcode

TEXTS = [
    "exuvia",
    "https://www.python.org/",
    "0123456789" * 4,
    "WIFI:T:WPA;S:a network;P:a password that nobody guesses;;",
    "A crab leaves its shell behind as it grows. " * 4,
    "Ünïcode täkes möre röom. " * 12,
]
LEVELS = [qrcode.ERROR_CORRECT_L, qrcode.ERROR_CORRECT_M, qrcode.ERROR_CORRECT_Q]


def main():
    for text in TEXTS:
        for level in LEVELS:
            code = qrcode.QRCode(error_correction=level)
            code.add_data(text)
            code.make(fit=True)
            assert code.modules_count >= 21


if __name__ == "__main__":
    main()
