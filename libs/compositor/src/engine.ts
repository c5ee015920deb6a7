/** What made the picture, for the metadata of a result. */
export interface EngineIdentity {
  readonly name: string;
  /** Rises when the same request and seed would give other bytes. */
  readonly version: string;
  readonly kind: 'compositor';
  /** One sentence for people who read the metadata. */
  readonly description: string;
}

/** This engine. It stages the pictures that it is given; it invents nothing and is no generative model. */
export const COMPOSITOR_ENGINE: EngineIdentity = {
  name: 'framesong-compositor',
  version: '3',
  kind: 'compositor',
  description: 'A compositor that cuts out, stages, lights and grades the given references; not a generative model.',
};
