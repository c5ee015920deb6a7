import { fitImage, keptShare, type ImageFit } from './fit-image.ts';
import type { SizeRule } from './image-model.ts';
import { sizeText, type ImageSize } from './image-size.ts';
import { nearestFreeSize } from './nearest-free-size.ts';

/** What a model is asked for so that the wanted size comes out in the end. */
export interface SizePlan {
  /** What the provider is expected to make. */
  readonly providerSize: ImageSize;
  readonly isCertain: boolean;
  /** In the provider's words, to be put into its request. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly fit: ImageFit;
  readonly warnings: readonly string[];
}

/**
 * The smallest size a model knows that holds the wanted one, cutting off as little as can be. Where a model cannot make
 * enough pixels its largest is asked for, and a warning says that the result is enlarged. No size is ever replaced silently.
 */
export function negotiateSize(rule: SizeRule, wanted: ImageSize): SizePlan {
  switch (rule.kind) {
    case 'list':
      return best(
        rule.sizes.map((size) => candidate(size, true, { [rule.parameter]: sizeText(size, rule.separator) }, wanted)),
      );
    case 'free': {
      const size = nearestFreeSize(rule, wanted);
      return finished(candidate(size, true, { [rule.parameter]: sizeText(size, rule.separator) }, wanted));
    }
    case 'aspect':
      return best(aspectCandidates(rule, wanted));
    case 'own':
      return finished(candidate(rule.about, false, {}, wanted));
  }
}

type Candidate = Omit<SizePlan, 'warnings'> & { readonly wanted: ImageSize };

function candidate(
  providerSize: ImageSize,
  isCertain: boolean,
  parameters: Readonly<Record<string, string>>,
  wanted: ImageSize,
): Candidate {
  return { providerSize, isCertain, parameters, wanted, fit: fitImage(providerSize, wanted) };
}

function aspectCandidates(rule: Extract<SizeRule, { kind: 'aspect' }>, wanted: ImageSize): Candidate[] {
  const steps = rule.resolution?.steps ?? [{ name: '', aboutPixels: rule.aboutPixels }];
  return rule.aspects.flatMap(([width, height]) =>
    steps.map(({ name, aboutPixels }) => {
      const unit = Math.sqrt(aboutPixels / (width * height));
      const size = { widthPx: Math.round(width * unit), heightPx: Math.round(height * unit) };
      const parameters = {
        [rule.parameter]: `${width}${rule.separator}${height}`,
        ...(rule.resolution && { [rule.resolution.parameter]: name }),
      };
      return candidate(size, false, parameters, wanted);
    }),
  );
}

/** Those that hold the wanted size before those that do not; then what cuts off least; then the smallest that holds it. */
function best(candidates: readonly Candidate[]): SizePlan {
  const ranked = [...candidates].sort((a, b) => {
    const lacking = Number(a.fit.operation === 'enlarge') - Number(b.fit.operation === 'enlarge');
    if (lacking !== 0) return lacking;
    const kept = keptShare(b.providerSize, b.fit) - keptShare(a.providerSize, a.fit);
    if (Math.abs(kept) > 0.005) return kept;
    const pixels = pixelsOf(a.providerSize) - pixelsOf(b.providerSize);
    return a.fit.operation === 'enlarge' ? -pixels : pixels;
  });
  return finished(ranked[0]!);
}

function finished({ wanted, ...plan }: Candidate): SizePlan {
  return { ...plan, warnings: sizeWarnings(plan, wanted) };
}

/** What a caller should know of how the wanted size comes about; empty when the model makes it exactly. */
export function sizeWarnings(
  { providerSize, isCertain, fit }: Pick<SizePlan, 'providerSize' | 'isCertain' | 'fit'>,
  wanted: ImageSize,
): string[] {
  if (fit.operation === 'none' && isCertain) return [];
  const about = isCertain ? '' : 'about ';
  const cut = Math.round((1 - keptShare(providerSize, fit)) * 100);
  const parts = [
    `the model is asked for ${about}${sizeText(providerSize)}`,
    ...(cut > 0 ? [`${cut} % at the edges is cut off`] : []),
    fit.operation === 'enlarge'
      ? `the rest is enlarged to ${sizeText(wanted)}, because the model makes no larger picture`
      : `the rest is brought to ${sizeText(wanted)}`,
  ];
  return [parts.join('; ')];
}

function pixelsOf({ widthPx, heightPx }: ImageSize): number {
  return widthPx * heightPx;
}
