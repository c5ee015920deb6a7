import { address, defineSettings } from '@framesong/config';

/**
 * Where the services are. A service listens at the address of its own name, and callers look for it there; in a container
 * the two differ by the environment that each is given.
 */
export const addressSettings = defineSettings('addresses', {
  compression: address({
    env: 'FRAMESONG_COMPRESSION_ADDRESS',
    default: '127.0.0.1:50051',
    description: 'Where callers find the compression service.',
  }),
  imageGeneration: address({
    env: 'FRAMESONG_IMAGE_ADDRESS',
    default: '127.0.0.1:50052',
    description: 'Where callers find the image-generation service.',
  }),
  music: address({
    env: 'FRAMESONG_MUSIC_ADDRESS',
    default: '127.0.0.1:50053',
    description: 'Where callers find the music service.',
  }),
});
