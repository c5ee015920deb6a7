/** A file of sound on this machine. */
export interface SoundFile {
  readonly path: string;
  readonly mediaType: string;
}

/** A section of a song as it is planned. */
export interface MusicSection {
  /** In English: `verse`. */
  readonly tag: string;
  /** What is sung, one phrase each; empty for a section without words. */
  readonly lines: readonly string[];
  readonly durationSeconds: number;
}

/** What stands around a section: the sound that leads into it, and the sound that it leads into. */
export interface MusicContext {
  readonly before?: SoundFile;
  readonly after?: SoundFile;
  /** Instead of both, for engines with {@link MusicCapabilities.fillsGaps}. */
  readonly around?: SoundWithGap;
}

/** What stands before the section, silence in its place, and what stands after it. */
export interface SoundWithGap extends SoundFile {
  /** Where the silence begins. */
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** One sound that is wanted: a section of a song, or the whole. */
export interface MusicRequest {
  /** The caller's name for it: the same for every repeat of the same wish, and for no other. 1 to 128 letters, digits and `._:-`. */
  readonly renderId: string;
  /** Style in words. */
  readonly style: string;
  readonly bpm: number;
  /** `A minor`. */
  readonly key: string;
  readonly seed: number;
  /** All sections of the song, in order. */
  readonly sections: readonly MusicSection[];
  /** Which of them is wanted; absent for the whole song. */
  readonly sectionIndex?: number;
  /** How far the sound may go on after its end; the next section lies over that. */
  readonly tailSeconds: number;
  /** Only where {@link MusicCapabilities.contextSeconds} says that it is heard. */
  readonly context?: MusicContext;
  /** The song as notes, for engines that play a score. */
  readonly scorePath?: string;
  /** Where the sound goes: a file in a folder that exists. */
  readonly path: string;
}

/** How far a render is, in a unit of the engine's own. */
export interface MusicProgress {
  readonly done: number;
  readonly total: number;
  /** `tokens`, `frames`, `seconds`. */
  readonly unit: string;
  /** What it does now, for people: `generate`. */
  readonly stage: string;
}

/**
 * That an engine is there although it tells no progress. `asked`: it has been asked, takes up work at once, and owes a sign of
 * life from now on; `waiting`: it says that others come first; `sound`: bytes of the finished sound have come.
 */
export type SignOfLife = 'asked' | 'waiting' | 'sound';

/** What accompanies a render. Nothing here outlives it. */
export interface MusicCallContext {
  /** Fires on deadline, cancel and shutdown alike. */
  readonly signal: AbortSignal;
  /** The engine's own name for work that an earlier try has ordered: then its result is waited for, and nothing is made twice. */
  readonly savedTaskId?: string;
  /** Awaited after an engine with ids of its own has accepted work, and before its result is waited for. */
  readonly saveTaskId: (taskId: string) => Promise<void>;
  /** The engine has taken the work up: waiting for it is over. */
  readonly onStart?: () => void;
  readonly onProgress?: (progress: MusicProgress) => void;
  /** Not told by engines that watch over their silence themselves. */
  readonly onSign?: (sign: SignOfLife) => void;
}

/** What an engine has made. */
export interface RenderedMusic {
  /** Of the file at `path`. */
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** What made it, with version: `framesong-composer 1`. */
  readonly engine: string;
  /** What the caller should know. */
  readonly warnings: readonly string[];
}

/** The form of lyrics that an engine reads; the adapter converts to it. */
export type LyricsForm = 'score' | 'sections' | 'song-generation' | 'ace-step';

/** What an engine takes of lyrics. Absent: no limit of its own. */
export interface LyricsLimits {
  readonly maxLines?: number;
  readonly maxCharacters?: number;
  readonly maxLineCharacters?: number;
}

/** What one render takes of an engine's memory at its peak: `bytes + bytesPerSecond * seconds of sound`. */
export interface MemoryNeed {
  readonly bytes: number;
  readonly bytesPerSecond: number;
}

/** What an engine has left, as it stands now. Absent: not known. */
export interface EngineResources {
  /** What it renders on, for people: `NVIDIA L4`. */
  readonly device: string;
  readonly memoryTotalBytes?: number;
  /** What nobody uses. */
  readonly memoryFreeBytes?: number;
  /** Share of the device's time that is used, 0 to 1. */
  readonly load?: number;
  /** Renders that it works on, and that wait for their turn. */
  readonly running?: number;
  readonly waiting?: number;
}

/** What an engine can do. */
export interface MusicCapabilities {
  /** With version, for people: `SongGeneration base-new`. */
  readonly engine: string;
  readonly description: string;
  /** A generative model, and no program of rules. */
  readonly isGenerative: boolean;
  /** A render is charged for: it is ordered once, and asked for again only where it surely was not accepted. */
  readonly isPaid: boolean;
  /** Of an engine that is paid: the model as its platform names it, and what a render costs where somebody knows. */
  readonly paidModel?: {
    readonly name: string;
    readonly price?: { readonly currency: string; readonly amount: string };
  };
  readonly makesSections: boolean;
  readonly makesSongs: boolean;
  /** Plays {@link MusicRequest.scorePath} note by note, so that its sections are exactly as long as planned. */
  readonly playsScore: boolean;
  /** How much of the section before it hears when it goes on from there; 0 for none. */
  readonly contextSeconds: number;
  /** It hears the section after as well, so that it can mend a song in the middle. */
  readonly repaints: boolean;
  /** It is given its surroundings in one file, with a gap to fill. */
  readonly fillsGaps?: true;
  /** `measured`: its progress is what it has done; `estimated`: it is a guess, and said so. */
  readonly progress: 'measured' | 'estimated';
  /** A cancel ends its work, and not only the waiting for it. */
  readonly cancels: boolean;
  /**
   * How a repeat joins the work or gets what it made: by the caller's render id, by the engine's own id that was saved
   * (`saveTaskId`), or not at all.
   */
  readonly reattaches: 'by render id' | 'by task id' | 'no';
  /** Renders that it can work on at once. */
  readonly lanes: number;
  readonly maxSongSeconds: number;
  readonly mediaTypes: readonly string[];
  /** That it knows by name; empty where any words do. */
  readonly styles: readonly string[];
  readonly lyricsForm: LyricsForm;
  readonly lyricsLimits: LyricsLimits;
  /** It makes nothing that has no words at all. */
  readonly needsWords?: true;
  /** Absent: not known. */
  readonly memoryNeed?: MemoryNeed;
}

/** Somebody who makes music: the embedded composer, a gRPC engine, or an HTTP service. */
export interface MusicEngine {
  /** As callers name it: `embedded`. */
  readonly name: string;
  /** Quick and free of charge. @throws FramesongError UNAVAILABLE when it cannot be asked */
  describe(signal: AbortSignal): Promise<MusicCapabilities>;
  /**
   * Makes the sound and writes it to `path`. An adapter repeats a call by itself only where it surely was not accepted.
   * @throws FramesongError INVALID_ARGUMENT for what can never work; with `outcome` where money is involved; what the signal
   *   stands for when it fired. Then there may be no file, or half of one.
   */
  render(request: MusicRequest, context: MusicCallContext): Promise<RenderedMusic>;
  /** Whether it could be asked now. Never makes anything. @throws FramesongError that says why not */
  check(signal: AbortSignal): Promise<void>;
  /** Quick and free of charge; undefined when the engine does not know. @throws FramesongError UNAVAILABLE */
  resources?(signal: AbortSignal): Promise<EngineResources | undefined>;
}
