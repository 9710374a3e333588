import { Controller, Param } from '@nestjs/common';
import { EdgeError, isEnd } from '@edge/contracts';
import { Handles } from '@edge/nest';
import { Keyring } from '@edge/ports';
import { ActionReader } from './action-reader.js';
import { receiptStatement, receiptType } from './receipt.js';

/** The signed receipt of an ended action, as a DSSE envelope. */
@Controller()
export class ReceiptController {
  constructor(private readonly reader: ActionReader, private readonly keyring: Keyring) {}

  @Handles('readReceipt')
  async receipt(@Param('id') id: string): Promise<{ payloadType: string; payload: string; signatures: { keyid: string; sig: string }[] }> {
    const action = await this.reader.read(id);
    if (!isEnd(action.view.status)) throw new EdgeError('too-late', `Action ${id} is ${action.view.status}: its receipt is there when it has ended.`);
    const { payload, kid, signature } = this.keyring.sign('receipt', receiptStatement(action));
    return { payloadType: receiptType, payload: Buffer.from(payload, 'utf8').toString('base64'), signatures: [{ keyid: kid, sig: signature }] };
  }
}
