"""A storyboard service's job: the first frames of two shots, and a song, side by side.

Usage: python storyboard.py [PICTURES [FOLDER [WIDTHxHEIGHT]]]
"""

import logging
import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import grpc
from google.protobuf.duration_pb2 import Duration
from google.rpc import code_pb2, status_pb2

from framesong.artifact.v1 import artifact_service_pb2_grpc as artifact_rpc
from framesong.image.v1 import first_frame_pb2 as image
from framesong.image.v1 import image_generation_service_pb2 as image_calls
from framesong.image.v1 import image_generation_service_pb2_grpc as image_rpc
from framesong.job.v1 import job_pb2, job_service_pb2
from framesong.job.v1 import job_service_pb2_grpc as job_rpc
from framesong.music.v1 import music_service_pb2 as music_calls
from framesong.music.v1 import music_service_pb2_grpc as music_rpc
from framesong.music.v1 import song_pb2 as music
from framesong_caller import (
    error_lines,
    open_channel,
    read_artifact,
    status_of,
    watch_job,
    write_artifact,
)

log = logging.getLogger("storyboard")

SUBMIT_TIMEOUT_S = 10.0
# The watch ends later than the job can, so that it is the job that says what was slow.
RUN_TIMEOUT = Duration(seconds=240)
WATCH_TIMEOUT_S = 300.0
LOOK_TIMEOUT_S = 5.0

STORYBOARD = "roadside-python"
SCENE = "scene.jpg"
CHARACTERS = {"mei": "friend-1.jpg", "tom": "friend-2.jpg"}
SHOTS = [
    image.Shot(id="shot-1", prompt="Mei and Tom at the roadside at sunset"),
    image.Shot(id="shot-2", prompt="Mei alone on the road", character_ids=["mei"]),
]
LYRICS = """[verse]
Rain on the empty road
I wait for you
[chorus]
Come home, come home
"""
SONG_FILES = {
    music.SONG_FORMAT_MP3: "song.mp3",
    music.SONG_FORMAT_LRC: "song.lrc",
}


class JobFailed(Exception):
    """A job has ended without result; `status` says why, as that of a call would."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self.status = status


def finish(channel: grpc.Channel, name: str, job: job_pb2.Job) -> job_pb2.Job:
    """Shows the progress of a job until it has ended; returns it with its result."""
    jobs = job_rpc.JobServiceStub(channel)
    log.info("%s: job %s", name, job.id)
    for event in watch_job(jobs, job.id, WATCH_TIMEOUT_S):
        progress = f"{event.percent:.0f} % {event.stage} {event.message}"
        log.info("%s: #%d %s", name, event.sequence, progress)
    request = job_service_pb2.GetJobRequest(job_id=job.id)
    ended = jobs.GetJob(request, timeout=LOOK_TIMEOUT_S).job
    if ended.state != job_pb2.JOB_STATE_SUCCEEDED:
        raise JobFailed(ended.error)
    return ended


def upload_references(
    channel: grpc.Channel, pictures: Path
) -> dict[str, image.ImageReference]:
    """Uploads each picture once, however many shots use it."""
    artifacts = artifact_rpc.ArtifactServiceStub(channel)
    return {
        picture: image.ImageReference(
            artifact=write_artifact(artifacts, pictures / picture, "image/jpeg")
        )
        for picture in [SCENE, *CHARACTERS.values()]
    }


def make_frame(
    channel: grpc.Channel,
    shot: image.Shot,
    uploaded: Future[dict[str, image.ImageReference]],
    size: image.ImageSize,
    folder: Path,
) -> None:
    """Makes the first frame of a shot. The request id is made of what the caller knows,
    not of chance: a caller that was stopped asks again and gets the job it had."""
    references = uploaded.result()
    request = image.FirstFrameRequest(
        request_id=f"{STORYBOARD}.{shot.id}.{size.width}x{size.height}",
        shot=shot,
        scene=references[SCENE],
        characters=[
            image.Character(id=character_id, reference=references[picture])
            for character_id, picture in CHARACTERS.items()
        ],
        size=size,
        seed=1,
        run_timeout=RUN_TIMEOUT,
        labels={"storyboard": STORYBOARD},
    )
    accepted = image_rpc.ImageGenerationServiceStub(channel).SubmitFirstFrame(
        image_calls.SubmitFirstFrameRequest(request=request), timeout=SUBMIT_TIMEOUT_S
    )
    frame = image.FirstFrame()
    finish(channel, shot.id, accepted.job).result.Unpack(frame)
    artifacts = artifact_rpc.ArtifactServiceStub(channel)
    read_artifact(artifacts, frame.image, folder / f"{shot.id}.png")


def make_song(channel: grpc.Channel, folder: Path) -> None:
    """Makes the song of the storyboard, as sound and as lyrics with times."""
    request = music.SongRequest(
        request_id=f"{STORYBOARD}.song",
        lyrics=LYRICS,
        style="folk",
        seed=1,
        output_formats=list(SONG_FILES),
        run_timeout=RUN_TIMEOUT,
        labels={"storyboard": STORYBOARD},
    )
    accepted = music_rpc.MusicServiceStub(channel).SubmitSong(
        music_calls.SubmitSongRequest(request=request), timeout=SUBMIT_TIMEOUT_S
    )
    song = music.Song()
    finish(channel, "song", accepted.job).result.Unpack(song)
    artifacts = artifact_rpc.ArtifactServiceStub(channel)
    for file in song.files:
        read_artifact(artifacts, file.artifact, folder / SONG_FILES[file.format])


def tell(name: str, task: Future[None]) -> bool:
    """Waits for a task and tells how it ended: the code for the program, each faulty
    field for whoever wrote the request."""
    try:
        task.result()
    except (grpc.RpcError, JobFailed) as error:
        status = error.status if isinstance(error, JobFailed) else status_of(error)
        code = code_pb2.Code.Name(status.code)
        log.error("\n  ".join([f"{name}: {code}", *error_lines(status)]))
        return False
    log.info("%s: done", name)
    return True


def main(
    pictures: str = ".framesong/samples",
    folder: str = ".framesong/roadside-python",
    size_text: str = "1280x720",
) -> int:
    width, height = map(int, size_text.split("x"))
    size = image.ImageSize(width=width, height=height)
    into = Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    image_address = os.environ.get("FRAMESONG_IMAGE_ADDRESS", "127.0.0.1:50052")
    music_address = os.environ.get("FRAMESONG_MUSIC_ADDRESS", "127.0.0.1:50053")
    # Ctrl-C ends the calls by closing the channels, then the threads that wait for them.
    # The main thread makes no call: grpc would wait forever for one that is interrupted.
    # The jobs go on, and the next run finds them.
    with (
        ThreadPoolExecutor() as pool,
        open_channel(image_address) as images,
        open_channel(music_address) as songs,
    ):
        tasks = {"song": pool.submit(make_song, songs, into)}
        uploaded = pool.submit(upload_references, images, Path(pictures))
        for shot in SHOTS:
            tasks[shot.id] = pool.submit(make_frame, images, shot, uploaded, size, into)
        return 0 if all([tell(name, task) for name, task in tasks.items()]) else 1


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main(*sys.argv[1:]))
