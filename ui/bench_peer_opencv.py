"""OpenCV's own QR detector over the same pictures, for comparison: run as a process by the Python of the peers.

It imports nothing of this program, and this program imports nothing of it. Standard input is one path a line; standard
output is one JSON object a line, in the same order: the texts it read, and the milliseconds of a processor it took.
"""

import json
import sys
import time


def main() -> None:
    """Read each picture as OpenCV does by itself."""
    import cv2

    detector = cv2.QRCodeDetector()
    for line in sys.stdin:
        luma = cv2.imread(line.rstrip("\n"), cv2.IMREAD_GRAYSCALE)
        if luma is None:
            sys.exit(f"{line.rstrip()} is no picture that OpenCV reads")
        begun = time.process_time()
        try:
            texts = [text] if (text := detector.detectAndDecode(luma)[0]) else []
        except (cv2.error, UnicodeDecodeError):  # of some pictures, and of texts in other charsets
            texts = []
        taken = time.process_time() - begun
        print(json.dumps({"texts": texts, "milliseconds": taken * 1000, "version": cv2.__version__}), flush=True)


if __name__ == "__main__":
    main()
