"""Serves SongGeneration, or its stub, as a music engine of Framesong. See README.md."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))


def main() -> None:
    options = read_options()
    sys.path[:0] = [HERE, os.path.abspath(options.stubs)]
    from framesong_engine.service import start_server

    loaded = []
    folder = tempfile.mkdtemp(prefix="framesong-engine-")
    server, port = start_server(lambda: loaded[0] if loaded else None, options.address, folder)
    print(f"listening on port {port}", flush=True)
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    loaded.append(load_model(options))
    print(f"serving {loaded[0].name}", flush=True)
    stop.wait()
    server.stop(grace=None).wait()
    shutil.rmtree(folder, ignore_errors=True)
    # The thread that works may be inside the model.
    os._exit(0)


def load_model(options: argparse.Namespace):
    if options.stub:
        from framesong_engine.stub import StubModel

        return StubModel()
    from framesong_engine.song_generation import SongGeneration

    return SongGeneration(os.path.abspath(options.source), options.checkpoint)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="127.0.0.1:50061", help="host:port; port 0 takes a free one")
    parser.add_argument("--stubs", default=os.path.join(HERE, "generated"), help="folder that generate.sh has filled")
    parser.add_argument("--stub", action="store_true", help="tones in place of the model: needs no GPU")
    parser.add_argument("--source", help="checkout of tencent-ailab/SongGeneration")
    parser.add_argument("--checkpoint", help="folder with config.yaml and model.pt")
    options = parser.parse_args()
    if not options.stub and not (options.source and options.checkpoint):
        parser.error("--source and --checkpoint are needed, or --stub")
    return options


if __name__ == "__main__":
    main()
