export { Admission, type AdmissionLimits } from './admission.ts';
export {
  budgetMs,
  currentContext,
  runInContext,
  type CallContext,
  type CallerIdentity,
  type WorkContext,
} from './call-context.ts';
export { openChannel, type ChannelSettings, type RpcChannel } from './channel.ts';
export { type CallOptions } from './client-call.ts';
export { createClient, type RpcClient } from './client.ts';
export { durationOfMs, msOfDuration } from './durations.ts';
export { bindService, type Handler, type Handlers } from './handlers.ts';
export { type Health } from './health.ts';
export { type Language } from './language.ts';
export { MAX_MESSAGE_BYTES } from './message-limit.ts';
export { methodPolicy, type MethodPolicy } from './method-policy.ts';
export { type ServiceDefinition } from './method-types.ts';
export { startServer, type RpcServer, type ServedService } from './server.ts';
export { rpcSettings, type RpcSettings } from './settings.ts';
export { errorOfRpcStatus, rpcStatusOf } from './status.ts';
export { TENANT_METADATA } from './tenant.ts';
