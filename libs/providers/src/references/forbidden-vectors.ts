export { forbiddenAddresses } from './forbidden-addresses-fixture.ts';
export { forbiddenUrls } from './forbidden-urls-fixture.ts';
