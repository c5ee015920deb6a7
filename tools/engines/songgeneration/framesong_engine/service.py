"""The gRPC side: framesong.engine.v1.MusicEngine and grpc.health.v1.Health over one model."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Iterator, List, Optional

import grpc
from framesong.engine.v1 import music_engine_pb2 as pb
from framesong.engine.v1 import music_engine_pb2_grpc as pb_grpc
from google.protobuf.duration_pb2 import Duration
from health.v1 import health_pb2, health_pb2_grpc

from .model import Cancelled, Model, Section, Wish
from .renders import Busy, OtherContent, Render, Renders

SERVICE = "framesong.engine.v1.MusicEngine"
CHUNK_BYTES = 64 * 1024
MOST_CALLS = 64
MOST_GRACE_SECONDS = 600
WAIT_TOLD_SECONDS = 10.0
MOST_MESSAGE_BYTES = 1024 * 1024
_RENDER_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


class MusicEngine(pb_grpc.MusicEngineServicer):
    """The RPCs. `model` gives None until it is loaded."""

    def __init__(self, model: Callable[[], Optional[Model]], folder: Optional[str]) -> None:
        self._model = model
        self._renders = Renders(model, folder)

    def DescribeEngine(self, _request: pb.DescribeEngineRequest, context: grpc.ServicerContext):  # noqa: N802
        model = self._loaded(context)
        return pb.DescribeEngineResponse(
            engine=model.name,
            description=model.description,
            generative=model.generative,
            makes_sections=True,
            makes_songs=True,
            progress_is_measured=True,
            lanes=1,
            max_song=_duration(model.max_seconds),
            media_types=[model.media_type],
            styles=model.styles,
            lyrics=pb.LyricsLimits(max_characters=model.max_characters),
            resources=_resources(model, self._renders),
        )

    def RenderSegment(  # noqa: N802
        self, request: pb.RenderSegmentRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.RenderSegmentResponse]:
        model = self._loaded(context)
        faults = _faults(request, model.max_seconds)
        if faults:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "; ".join(faults))
        try:
            grace = min(_seconds(request.reattach_grace), MOST_GRACE_SECONDS)
            render = self._renders.join(request.render_id, _wish(request), _digest(request), grace)
        except Busy:
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "as many renders wait as there is room for; try in 5 s")
        except OtherContent:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, f"render {request.render_id} has other content; take a new id")
        gone = _end_of_call(context, render)
        try:
            yield from _progress_of(render, lambda: self._renders.ahead_of(render), gone)
            if render.finished is None:
                _abort_unfinished(render, request.render_id, context)
            yield from _sound_of(render, model.name)
        finally:
            remaining = context.time_remaining()
            render.leave(at_once=remaining is not None and remaining <= 0)

    def CancelRender(self, request: pb.CancelRenderRequest, _context: grpc.ServicerContext):  # noqa: N802
        return pb.CancelRenderResponse(found=self._renders.cancel(request.render_id))

    def _loaded(self, context: grpc.ServicerContext) -> Model:
        model = self._model()
        if model is None:
            context.abort(grpc.StatusCode.UNAVAILABLE, "the model is being loaded; try again in a minute")
        return model


class Health(health_pb2_grpc.HealthServicer):
    """SERVING once the model is loaded."""

    def __init__(self, model: Callable[[], Optional[Model]]) -> None:
        self._model = model

    def Check(self, request: health_pb2.HealthCheckRequest, context: grpc.ServicerContext):  # noqa: N802
        if request.service not in ("", SERVICE):
            context.abort(grpc.StatusCode.NOT_FOUND, f"{request.service} is not served here")
        serving = health_pb2.HealthCheckResponse.ServingStatus
        return health_pb2.HealthCheckResponse(status=serving.SERVING if self._model() else serving.NOT_SERVING)


def start_server(
    model: Callable[[], Optional[Model]], address: str, folder: Optional[str] = None
) -> "tuple[grpc.Server, int]":
    """Starts to serve; port 0 takes a free one. Finished sounds lie in `folder`. Returns the server and its port."""
    options = [("grpc.max_receive_message_length", MOST_MESSAGE_BYTES)]
    server = grpc.server(ThreadPoolExecutor(max_workers=MOST_CALLS), options=options)
    pb_grpc.add_MusicEngineServicer_to_server(MusicEngine(model, folder), server)
    health_pb2_grpc.add_HealthServicer_to_server(Health(model), server)
    port = server.add_insecure_port(address)
    server.start()
    return server, port


def _resources(model: Model, renders: Renders) -> pb.EngineResources:
    running, waiting = renders.load()
    device = model.device()
    if device is None:
        return pb.EngineResources(running=running, waiting=waiting)
    return pb.EngineResources(
        device=device.name,
        memory_total_bytes=device.memory_total_bytes,
        memory_free_bytes=device.memory_free_bytes,
        running=running,
        waiting=waiting,
    )


def _end_of_call(context: grpc.ServicerContext, render: Render) -> "List[bool]":
    """A list that is not empty any more once the call has ended; who waits for the render is woken then."""
    gone: List[bool] = []

    def end() -> None:
        with render.changed:
            gone.append(True)
            render.changed.notify_all()

    if not context.add_callback(end):
        gone.append(True)
    return gone


def _progress_of(render: Render, ahead: Callable[[], int], gone: "List[bool]") -> Iterator[pb.RenderSegmentResponse]:
    """Each new progress; while others come first, how many, every few seconds, since silence is taken for a fault."""
    told = None
    while not gone:
        with render.changed:
            news = render.changed.wait_for(
                lambda: gone or render.stopped or render.ended_at is not None or render.progress != told,
                timeout=WAIT_TOLD_SECONDS,
            )
        if not news:
            if not render.begun:
                yield pb.RenderSegmentResponse(wait=pb.RenderWait(ahead=ahead()))
            continue
        with render.changed:
            news, ended = render.progress, render.stopped or render.ended_at is not None
        if news is not None and news != told:
            told = news
            done, total, unit, stage = news
            yield pb.RenderSegmentResponse(
                progress=pb.RenderProgress(done=done, total=total, unit=unit, stage=stage)
            )
        if ended:
            return


def _abort_unfinished(render: Render, render_id: str, context: grpc.ServicerContext) -> None:
    if render.stopped or isinstance(render.error, Cancelled) or render.error is None:
        context.abort(grpc.StatusCode.ABORTED, f"render {render_id} was ended")
    context.abort(grpc.StatusCode.INTERNAL, f"the model failed: {type(render.error).__name__}: {render.error}")


def _sound_of(render: Render, engine: str) -> Iterator[pb.RenderSegmentResponse]:
    finished = render.finished
    sound = finished.sound
    yield pb.RenderSegmentResponse(
        sound=pb.RenderedSound(
            media_type=sound.media_type,
            size_bytes=finished.size_bytes,
            sha256=finished.sha256,
            sample_rate_hz=sound.sample_rate_hz,
            channels=sound.channels,
            duration=_duration(sound.seconds),
            engine=engine,
            warnings=sound.warnings,
        )
    )
    with open(finished.path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield pb.RenderSegmentResponse(chunk=chunk)


def _faults(request: pb.RenderSegmentRequest, max_seconds: float) -> List[str]:
    faults = []
    if not _RENDER_ID.fullmatch(request.render_id):
        faults.append("render_id: must be 1 to 128 letters, digits and ._:-")
    if not request.sections:
        faults.append("sections: are missing; at least one is needed")
    if request.HasField("section_index") and request.section_index >= len(request.sections):
        faults.append(f"section_index: must be below {len(request.sections)}, is {request.section_index}")
    if not 20 <= request.bpm <= 400:
        faults.append(f"bpm: must be 20 to 400, is {request.bpm:g}")
    if any(_seconds(section.duration) <= 0 for section in request.sections):
        faults.append("sections: each needs a duration over 0")
    if not faults and _wish(request).seconds > max_seconds + 1:
        faults.append(f"sections: take {_wish(request).seconds:.0f} s, at most {max_seconds:.0f} s are made")
    return faults


def _wish(request: pb.RenderSegmentRequest) -> Wish:
    sections = [Section(section.tag, list(section.lines), _seconds(section.duration)) for section in request.sections]
    if request.HasField("section_index"):
        sections = [sections[request.section_index]]
    seconds = sum(section.seconds for section in sections) + _seconds(request.tail)
    return Wish(sections, request.style, request.bpm, request.key, request.seed, seconds)


def _digest(request: pb.RenderSegmentRequest) -> bytes:
    """How long it goes on without listeners does not make it another render."""
    content = pb.RenderSegmentRequest()
    content.CopyFrom(request)
    content.ClearField("reattach_grace")
    return content.SerializeToString(deterministic=True)


def _seconds(duration: Duration) -> float:
    return duration.seconds + duration.nanos / 1e9


def _duration(seconds: float) -> Duration:
    whole = int(seconds)
    return Duration(seconds=whole, nanos=int((seconds - whole) * 1e9))
