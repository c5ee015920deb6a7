"""Runs other people's tools and tells what they cost: one request per line in, one answer per line out, as JSON.

Costs are user and system time: of this process for Pillow, of the ended child (wait4) for programs.
"""

import io
import json
import os
import resource
import subprocess
import sys
import time


def own_cpu_ms():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1000


def pillow_loop(path, budget, side, output):
    """The usual ladder: coarser until it fits, then smaller, then a last resort that is not checked."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    tries = 0

    def save(picture, quality):
        nonlocal tries
        tries += 1
        buffer = io.BytesIO()
        picture.save(buffer, format="JPEG", quality=quality)
        return buffer.getvalue()

    image = Image.open(path)
    if image.mode != "RGB":
        image = image.convert("RGB")
    if side and max(image.size) > side:
        image.thumbnail((side, side), Image.LANCZOS)
    data = None
    for quality in range(85, 24, -10):
        data = save(image, quality)
        if len(data) <= budget:
            break
    scale = 0.9
    while len(data) > budget and scale >= 0.4:
        size = (int(image.width * scale), int(image.height * scale))
        data = save(image.resize(size, Image.LANCZOS), 70)
        scale -= 0.1
    if len(data) > budget:
        data = save(image.resize((512, 512), Image.LANCZOS), 60)
    with open(output, "wb") as file:
        file.write(data)
    return tries


def run(words):
    with open(os.devnull, "wb") as nothing:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, (usage.ru_utime + usage.ru_stime) * 1000


def answer(asked):
    started = time.monotonic()
    if asked["kind"] == "pillow":
        cpu = own_cpu_ms()
        tries = pillow_loop(asked["path"], asked["budget"], asked["side"], asked["output"])
        return {"cpuMs": own_cpu_ms() - cpu, "wallMs": (time.monotonic() - started) * 1000, "tries": tries, "code": 0}
    code, cpu = run(asked["words"])
    return {"cpuMs": cpu, "wallMs": (time.monotonic() - started) * 1000, "tries": 0, "code": code}


for line in sys.stdin:
    try:
        told = answer(json.loads(line))
    except Exception as fault:  # Told instead of ending: the bench goes on with the next picture.
        told = {"fault": repr(fault)}
    print(json.dumps(told), flush=True)
