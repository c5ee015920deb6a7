import type { FramesongAddresses } from '@framesong/client';

/** Where the services are, and lines to paste that call them. */
export function greeting({ compression, imageGeneration, music = '' }: FramesongAddresses): string {
  const method = 'framesong.image.v1.ImageGenerationService/ListImageModels';
  return `
compression       ${compression}
image-generation  ${imageGeneration}
music             ${music}

Ask what it can do, with either client (reflection is on):

  grpcurl -plaintext ${imageGeneration} ${method}
  npx buf curl --protocol grpc --http2-prior-knowledge http://${imageGeneration}/${method}
`;
}
