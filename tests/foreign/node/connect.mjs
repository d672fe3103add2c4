// Connections to a TLS server on this machine.
import { isIP } from 'node:net';
import tls from 'node:tls';
import { Refused, need } from './lines.mjs';

export const PROTOCOLS = ['TLSv1.2', 'TLSv1.3'];
const PATIENCE = 8000; // milliseconds for one connection

/** Resolves with the server's word: with TLS 1.3 only that shows that both agreed. */
export function connect(port, name, options, identify) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host: '127.0.0.1',
      port,
      // Node puts no address into SNI, and neither may we.
      servername: isIP(name) ? '' : name,
      ...options,
      checkServerIdentity: (_, certificate) => (identify ? tls.checkServerIdentity(name, certificate) : undefined),
    });
    const fail = (error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(PATIENCE, () => fail(new Refused('no answer in time')));
    socket.once('data', (word) => {
      resolve(String(word));
      socket.destroy();
    });
    socket.once('error', fail);
    socket.once('close', () => fail(new Refused('closed before a word was said')));
  });
}

export async function mustFail(attempt) {
  const error = await attempt.then(
    () => undefined,
    (thrown) => thrown,
  );
  need(error, 'the connection succeeded');
  need(!/in time/.test(error.message), error.message);
}
