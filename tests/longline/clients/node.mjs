// An AI bot on npm's @wecom/aibot-node-sdk: welcomes, answers, updates cards, pushes, sends files back.
//
//   node node.mjs URL BOT_ID SECRET          (the package is looked for in $AIBOT_SDK_AT/node_modules)
//
// Prints a line `done STEP` after each step whose frames were all acknowledged.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const { WSClient } = createRequire(join(process.env.AIBOT_SDK_AT, 'x.js'))('@wecom/aibot-node-sdk');
const [url, botId, secret] = process.argv.slice(2);
const silent = () => {};
const client = new WSClient({ botId, secret, wsUrl: url, logger: { debug: silent, info: silent, warn: silent, error: console.error } });
const done = (step) => console.log(`done ${step}`);
const checked = (frame) => {
  if (frame.errcode !== 0) throw new Error(`${frame.errcode} ${frame.errmsg}`);
};

client.on('authenticated', () => done('subscribe'));
client.on('event.enter_chat', async (frame) => {
  checked(await client.replyWelcome(frame, { msgtype: 'text', text: { content: '欢迎' } }));
  done('welcome');
});
client.on('message.text', async (frame) => {
  const { content } = frame.body.text;
  checked(await client.replyStream(frame, `s-${frame.body.msgid}`, '想一想…', false, undefined, { id: 'fb-1' }));
  checked(await client.replyStream(frame, `s-${frame.body.msgid}`, `听到：${content}`, true));
  done('stream');
  checked(await client.replyTemplateCard(frame, {
    card_type: 'button_interaction', task_id: 'quiz-1', main_title: { title: '选一个' },
    button_list: [{ text: '甲', style: 1, key: 'a' }],
  }));
  done('card');
  const chat = frame.body.chatid ?? frame.body.from.userid;
  checked(await client.sendMessage(chat, { msgtype: 'markdown', markdown: { content: '**主动**' } }));
  done('push');
});
client.on('event.template_card_event', async (frame) => {
  const { task_id: task } = frame.body.event.template_card_event;
  checked(await client.updateTemplateCard(frame, {
    card_type: 'button_interaction', task_id: task, main_title: { title: '选好了' },
    button_list: [{ text: '甲', style: 1, key: 'a' }], replace_text: '已选',
  }));
  done('update');
});
client.on('message.file', async (frame) => {
  const { url: at, aeskey } = frame.body.file;
  const { buffer, filename } = await client.downloadFile(at, aeskey);
  done(`download ${filename} ${buffer.length}`);
  const { media_id: id } = await client.uploadMedia(buffer, { type: 'file', filename: `copy-${filename}` });
  checked(await client.replyMedia(frame, 'file', id));
  done('file');
});
client.on('disconnected', () => done('disconnected'));
client.on('error', (error) => console.error(String(error)));
client.connect();
