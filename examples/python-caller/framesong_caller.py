"""What a caller needs besides the stubs: uploads, downloads and watches that survive a
lost connection, and errors by field."""

import hashlib
import itertools
import json
import logging
import random
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from framesong.artifact.v1.artifact_pb2 import ArtifactRef
from framesong.artifact.v1.artifact_service_pb2 import (
    ReadArtifactRequest,
    UploadCommit,
    WriteArtifactHeader,
    WriteArtifactRequest,
)
from framesong.artifact.v1.artifact_service_pb2_grpc import ArtifactServiceStub
from framesong.job.v1.job_pb2 import JobEvent
from framesong.job.v1.job_service_pb2 import WatchJobRequest
from framesong.job.v1.job_service_pb2_grpc import JobServiceStub

log = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
MAX_MESSAGE_BYTES = 1024 * 1024
TRANSFER_TIMEOUT_S = 30.0
MAX_TRIES = 5
FIRST_DELAY_S = 0.1
LONGEST_DELAY_S = 2.0

# Calls whose repeat is safe are repeated by gRPC itself while the service is away for a
# moment. Both submits are among them because this caller always gives a request_id.
_RETRIED = {
    "framesong.artifact.v1.ArtifactService": ["StatArtifact", "WriteArtifact"],
    "framesong.image.v1.ImageGenerationService": ["SubmitFirstFrame"],
    "framesong.job.v1.JobService": ["GetJob", "WaitJob", "CancelJob"],
    "framesong.music.v1.MusicService": ["SubmitSong"],
}
_SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [
                {"service": service, "method": method}
                for service, methods in _RETRIED.items()
                for method in methods
            ],
            "retryPolicy": {
                "maxAttempts": 4,
                "initialBackoff": f"{FIRST_DELAY_S}s",
                "maxBackoff": f"{LONGEST_DELAY_S}s",
                "backoffMultiplier": 3,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}


def open_channel(address: str) -> grpc.Channel:
    """A plaintext channel: it notices a dead connection within 40 s, and looks for a
    server that is away every 3 s."""
    return grpc.insecure_channel(
        address,
        options=[
            ("grpc.keepalive_time_ms", 30_000),
            ("grpc.keepalive_timeout_ms", 10_000),
            ("grpc.max_reconnect_backoff_ms", 3_000),
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
            ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
        ],
    )


def write_artifact(
    artifacts: ArtifactServiceStub, path: Path, media_type: str
) -> ArtifactRef:
    """Uploads a file in chunks. The commit at the end makes it count: without it
    nothing is kept."""

    def messages() -> Iterator[WriteArtifactRequest]:
        yield WriteArtifactRequest(header=WriteArtifactHeader(media_type=media_type))
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                yield WriteArtifactRequest(chunk=chunk)
            commit = UploadCommit(size_bytes=file.tell(), sha256=digest.hexdigest())
        yield WriteArtifactRequest(commit=commit)

    return artifacts.WriteArtifact(messages(), timeout=TRANSFER_TIMEOUT_S).artifact


def watch_job(
    jobs: JobServiceStub, job_id: str, timeout_s: float, after_sequence: int = 0
) -> Iterator[JobEvent]:
    """Yields the events of a job, each once and in order, until the final one. A watch
    that breaks goes on after the last event seen; `timeout_s` holds for all tries."""
    ends_at = time.monotonic() + timeout_s
    attempts = itertools.count()
    while True:
        request = WatchJobRequest(job_id=job_id, after_sequence=after_sequence)
        call = jobs.WatchJob(request, timeout=ends_at - time.monotonic())
        try:
            for message in call:
                attempts = itertools.count()
                # One without event is a heartbeat.
                if message.HasField("event"):
                    after_sequence = message.event.sequence
                    yield message.event
            return
        except grpc.RpcError as error:
            delay_s = _delay(next(attempts))
            if not _is_passing(error) or time.monotonic() + delay_s > ends_at:
                raise
            log.info("%s: connection lost after event %d", job_id, after_sequence)
            time.sleep(delay_s)
        finally:
            # For a caller that leaves the loop early. The job is not touched by that.
            call.cancel()


def read_artifact(
    artifacts: ArtifactServiceStub, artifact: ArtifactRef, path: Path
) -> None:
    """Downloads an artifact into a file. A broken stream goes on where it stopped; the
    digest is checked at the end."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for attempt in itertools.count():
            request = ReadArtifactRequest(digest=artifact.digest, offset=file.tell())
            try:
                for message in artifacts.ReadArtifact(
                    request, timeout=TRANSFER_TIMEOUT_S
                ):
                    digest.update(message.chunk)
                    file.write(message.chunk)
                break
            except grpc.RpcError as error:
                if not _is_passing(error) or attempt + 1 == MAX_TRIES:
                    raise
                time.sleep(_delay(attempt))
    if f"sha256:{digest.hexdigest()}" != artifact.digest:
        raise OSError(f"{path}: what arrived is not {artifact.digest}")


def error_lines(status: status_pb2.Status) -> list[str]:
    """An error as it is meant to be read: a line for each faulty field, then when a
    repeat can succeed."""
    faults: list[str] = []
    advice: list[str] = []
    bad_request = error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    for detail in status.details:
        if detail.Unpack(bad_request):
            for violation in bad_request.field_violations:
                faults.append(f"{violation.field}: {violation.description}")
        elif detail.Unpack(retry):
            advice.append(f"worth a repeat after {retry.retry_delay.ToTimedelta()}")
    return (faults or [status.message]) + advice


def status_of(error: grpc.RpcError) -> status_pb2.Status:
    """The google.rpc.Status of a failed call; without details if gRPC itself failed."""
    return rpc_status.from_call(error) or status_pb2.Status(
        code=error.code().value[0], message=error.details()
    )


def _is_passing(error: grpc.RpcError) -> bool:
    return error.code() is grpc.StatusCode.UNAVAILABLE


def _delay(attempt: int) -> float:
    """Full jitter below a limit that doubles."""
    return random.uniform(0, min(LONGEST_DELAY_S, FIRST_DELAY_S * 2**attempt))
