import { connect } from 'node:net';
import { durationText, listServices } from '@framesong/client';
import type { MusicModel } from '@framesong/contracts/music/v1/music_service';
import { toFramesongError } from '@framesong/errors';
import type { HealthAnswer } from '../health-answers.ts';
import type { Session } from '../session.ts';
import type { Finding } from './checks.ts';

const LIMIT_MS = 3_000;
/** The service itself waits for engines that are away. */
const ENGINES_LIMIT_MS = 5_000;

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  compression: ['framesong.compression.v1.CompressionService'],
  'image-generation': [
    'framesong.image.v1.ImageGenerationService',
    'framesong.job.v1.JobService',
    'framesong.artifact.v1.ArtifactService',
  ],
  music: ['framesong.music.v1.MusicService', 'framesong.job.v1.JobService', 'framesong.artifact.v1.ArtifactService'],
};

const VARIABLES: Readonly<Record<string, string>> = {
  compression: 'FRAMESONG_COMPRESSION_ADDRESS',
  'image-generation': 'FRAMESONG_IMAGE_ADDRESS',
  music: 'FRAMESONG_MUSIC_ADDRESS',
};

/** Looks at one service from the outside in: its port, its health, what it offers, and what makes its results. */
export async function checkService(session: Session, answer: HealthAnswer): Promise<readonly Finding[]> {
  const { service, address, status, elapsedMs } = answer;
  const refused = await connectError(address);
  if (refused !== undefined) {
    const todo = `start it with npm start, or say where it is: ${VARIABLES[service]}`;
    return [{ isGood: false, what: service, seen: `nothing listens on ${address} (${refused})`, todo }];
  }
  if (status !== 'SERVING') {
    const todo =
      status === 'UNREACHABLE'
        ? `something else may listen there: look at ${address}`
        : 'it starts, stops, or has lost its database; its log in .framesong/logs says which';
    return [{ isGood: false, what: service, seen: `${address} is ${status}`, todo }];
  }
  const serving = { isGood: true, what: service, seen: `serves on ${address}, answers in ${durationText(elapsedMs)}` };
  return [serving, await reflectionOf(session, answer), ...(await engineOf(session, service))];
}

async function reflectionOf(session: Session, { service, address }: HealthAnswer): Promise<Finding> {
  const what = `${service} contract`;
  try {
    const offered = await listServices(address, session.call(LIMIT_MS));
    const missing = (EXPECTED[service] ?? []).filter((name) => !offered.includes(name));
    if (missing.length === 0) return { isGood: true, what, seen: offered.join(', ') };
    const todo = `another service, or another version, is at ${address}: check ${VARIABLES[service]}`;
    return { isGood: false, what, seen: `${missing.join(', ')} is missing`, todo };
  } catch (thrown) {
    const { code, message } = toFramesongError(thrown);
    return { isGood: false, what, seen: `reflection: ${code}: ${message}`, todo: 'update the service' };
  }
}

/** What makes the results, by the service's own word. */
async function engineOf({ framesong, ...session }: Session, service: string): Promise<readonly Finding[]> {
  const what = `${service} engines`;
  try {
    if (service === 'image-generation') {
      const { models } = await framesong.imageGeneration.rpc.listImageModels({}, session.call(LIMIT_MS));
      return [
        found(
          what,
          models.map(({ provider, model }) => `${provider}/${model}`),
        ),
      ];
    }
    if (service === 'music') {
      const { models } = await framesong.music.rpc.listMusicModels({}, session.call(ENGINES_LIMIT_MS));
      return [found(what, models.filter(isThere).map(engineText)), ...models.filter(isAway).map(away)];
    }
    return [];
  } catch (thrown) {
    const { code, message } = toFramesongError(thrown);
    return [{ isGood: false, what, seen: `${code}: ${message}`, todo: 'look at the log of the service' }];
  }
}

const isAway = ({ unreachable }: MusicModel): boolean => unreachable !== '';
const isThere = (model: MusicModel): boolean => !isAway(model);
const engineText = ({ engine, version }: MusicModel): string => `${engine} (${version})`;

/** An engine that is configured and cannot be asked. */
function away({ engine, unreachable }: MusicModel): Finding {
  const variable = `FRAMESONG_${engine.toUpperCase().replaceAll('-', '_')}_BASE_URL`;
  const todo = `start it, or check ${variable} or FRAMESONG_MUSIC_ENGINES where music runs; docs/music-engines.md tells more`;
  return { isGood: false, what: `engine ${engine}`, seen: unreachable, todo };
}

function found(what: string, engines: readonly string[]): Finding {
  if (engines.length > 0) return { isGood: true, what, seen: engines.join(', ') };
  return { isGood: false, what, seen: 'none', todo: 'configure a provider; docs/configuration.md lists the settings' };
}

/** Why a connection cannot be made; undefined when it can. */
function connectError(address: string): Promise<string | undefined> {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(address.slice(at + 1)), timeout: LIMIT_MS });
    const settle = (result: string | undefined) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => settle(undefined));
    socket.on('timeout', () => settle('no answer'));
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
  });
}
