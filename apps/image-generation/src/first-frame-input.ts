import type { ErrorCode, Outcome, PlainError } from '@framesong/errors';

/** A reference as a job holds it: never bytes. */
export type ReferenceInput =
  | { readonly kind: 'artifact'; readonly digest: string; readonly sizeBytes: number; readonly mediaType: string }
  | { readonly kind: 'url'; readonly url: string };

/** A model of a provider. */
export interface AskedModel {
  readonly provider: string;
  readonly model: string;
}

/** A character that is in the shot. */
export interface CharacterInput {
  readonly id: string;
  readonly name: string;
  readonly reference: ReferenceInput;
  /** Where it stood in the request, for messages: `characters[2].reference`. */
  readonly field: string;
}

/** The effective request as the job stores it: checked, defaults filled in, only what is in the shot. */
export interface FirstFrameInput {
  readonly shot: {
    readonly id: string;
    readonly prompt: string;
    readonly negativePrompt: string;
    readonly style: string;
    readonly characterIds: readonly string[];
  };
  readonly scene: ReferenceInput;
  /** In the order in which the shot names them. */
  readonly characters: readonly CharacterInput[];
  readonly width: number;
  readonly height: number;
  readonly provider: string;
  readonly model: string;
  readonly seed: number;
  readonly preview: boolean;
  /** Characters may share one labelled picture; absent: they may not. */
  readonly allowCollage?: boolean;
  /** Written into the finished frame; absent: nothing is. */
  readonly caption?: string;
  /** Who is asked, in this order, when `provider` could not be. */
  readonly fallbacks?: readonly AskedModel[];
  /** Pictures to choose from; absent: one. */
  readonly candidates?: number;
  /** Only previews of this size are made, to be confirmed; `width` and `height` are those of the frame. */
  readonly confirmation?: { readonly expiresAfterMs: number; readonly width: number; readonly height: number };
  /** The preview that this is the frame of. */
  readonly confirms?: ConfirmedPreview;
}

/**
 * What a preview is to its frame: one more `reference`, or nothing because it follows from the same `seed`, or the `result`
 * itself because it was made as large already, or `none` of these.
 */
export type PreviewUse = 'reference' | 'seed' | 'result' | 'none';

/** A preview that was chosen, with all that its frame reuses. */
export interface ConfirmedPreview {
  readonly jobId: string;
  readonly candidate: number;
  readonly image: PictureRef;
  readonly use: PreviewUse;
  /** Why so. */
  readonly note: string;
  /** As they were prepared for the preview. */
  readonly references: readonly UsedReferenceFacts[];
  /** The provider's own picture, where `use` is `result`. */
  readonly made?: MadeByProvider;
}

/** A provider's picture as it came. */
export interface MadeByProvider {
  readonly picture: PictureRef;
  readonly engine: string;
  readonly call: ProviderCallFacts;
}

/** Name of a stored picture. */
export interface PictureRef {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly uri: string;
}

/** How a reference was brought under its budget. */
export interface SendingFacts {
  /** What the budget counts. */
  readonly encoding: 'binary' | 'base64';
  /** As it is sent: of base64 its length. */
  readonly sizeBytes: number;
  /** What was set aside for it. */
  readonly shareBytes: number;
  /** 0 where every pixel was kept. */
  readonly quality: number;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

/** A reference as it was used. */
export interface UsedReferenceFacts {
  /** A `draft` is the preview that a confirmed frame is to follow. */
  readonly role: 'scene' | 'character' | 'draft';
  readonly characterId: string;
  readonly source: PictureRef;
  readonly prepared: PictureRef;
  /** Absent in results of an earlier version. */
  readonly sending?: SendingFacts;
}

/** A preview that was made on the way. */
export interface PreviewFacts {
  readonly image: PictureRef;
  readonly width: number;
  readonly height: number;
  /** Of several; absent where there is one. */
  readonly candidate?: number;
}

/** What came of asking one of several providers. */
export interface TriedFacts extends AskedModel {
  readonly status: ErrorCode | 'OK';
  readonly tookMs: number;
  /** These of an error only. */
  readonly reason?: string;
  readonly message?: string;
  readonly outcome?: Outcome;
}

/** A picture that a provider was sent. */
export interface SentPictureFacts {
  readonly role: string;
  readonly characterIds: readonly string[];
  /** Absent when an earlier run has sent it. */
  readonly sizeBytes?: number;
}

/** How a provider was asked, and what it says of its answer. */
export interface ProviderCallFacts {
  /** What it has made, before it was brought to the wanted size. */
  readonly width: number;
  readonly height: number;
  /** The size in its own words: `{ size: '16x9', quality: '1k' }`. */
  readonly sizeParameters: Readonly<Record<string, string>>;
  /** `none`, `crop`, `downscale`, `crop_and_downscale` or `enlarge`. */
  readonly fit: string;
  /** Its own id of the answer or task; empty where it has none. */
  readonly responseId: string;
  /** Pictures that it charges for. */
  readonly billedImages: number;
  /** What it was sent, in order; absent in results of an earlier version. */
  readonly pictures?: readonly SentPictureFacts[];
}

/** The result as the job stores it. */
export interface FirstFrameFacts {
  readonly image: PictureRef;
  readonly width: number;
  readonly height: number;
  readonly preview: PreviewFacts | undefined;
  readonly provider: string;
  /** Absent in results of an earlier version. */
  readonly model?: string;
  readonly engine: string;
  readonly seed: number;
  readonly references: readonly UsedReferenceFacts[];
  readonly characters: readonly {
    readonly id: string;
    readonly method: string;
    readonly quality: number;
    readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  }[];
  readonly looks: readonly string[];
  /** Absent for the embedded engine. */
  readonly providerCall?: ProviderCallFacts;
  /** The provider's picture before it was brought to the wanted size; absent for the embedded engine. */
  readonly made?: PictureRef;
  readonly warnings: readonly string[];
  /** Where the request names fallbacks: who was asked, in this order. */
  readonly tried?: readonly TriedFacts[];
  /** In the order of their numbers, where several were asked for or one is to be confirmed. */
  readonly candidates?: readonly CandidateFacts[];
  /** Of previews: ISO 8601. */
  readonly confirmUntil?: string;
  /** Of a confirmed frame: what became of its preview in the end. */
  readonly previewUse?: { readonly use: PreviewUse; readonly note: string; readonly sent?: PictureRef };
}

/** One picture to choose, or why it was not made. */
export interface CandidateFacts {
  readonly number: number;
  readonly seed: number;
  readonly picture?: Pick<
    FirstFrameFacts,
    'image' | 'width' | 'height' | 'provider' | 'model' | 'engine' | 'characters' | 'warnings' | 'providerCall' | 'made'
  >;
  readonly error?: PlainError;
}
