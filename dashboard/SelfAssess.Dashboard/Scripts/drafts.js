// Answers that could not be sent wait on this device. Whichever page is open sends them and says so; they stay while somebody is signed in, and no longer.
const prefix = 'selfassess-draft:';
const signOut = document.querySelector('form[data-sign-out]');
const place = document.querySelector('[data-drafts-said]');
const owner = signOut?.dataset.signOut;
// A page that shows a draft's own form sends it itself.
const shown = prefix + document.querySelector('form[data-answers]')?.dataset.drafts;
const waiting = () => Object.keys(localStorage).filter(key => key.startsWith(`${prefix}${owner}/respond/`) && key !== shown);
let sending = false;

/** Says what became of a draft, with what can be done about it. */
const say = (text, ...actions) => {
  const notice = Object.assign(document.createElement('p'), { className: 'notice' });
  notice.append(text, ...actions.flatMap(action => [' ', action]));
  place.append(notice);
  return notice;
};

const link = href => Object.assign(document.createElement('a'), { href, textContent: place.dataset.look });

const discardButton = key => {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'link-button', textContent: place.dataset.discard });
  button.addEventListener('click', () => {
    localStorage.removeItem(key);
    button.parentElement.remove();
  });
  return button;
};

/** Sends one draft; answers what came back, and nothing where it did not arrive. */
const post = async (path, fields) => {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  data.append('__RequestVerificationToken', signOut.elements.__RequestVerificationToken.value);
  try {
    const reply = await fetch(`${path}/autosave`, { method: 'POST', body: data, headers: { Accept: 'application/json' }, redirect: 'manual' });
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
};

const sendAll = async () => {
  if (sending) return;
  sending = true;
  place.replaceChildren();
  let sent = false;
  for (const key of waiting()) {
    const draft = localStorage.getItem(key);
    const path = key.slice(prefix.length + owner.length);
    const reply = await post(path, JSON.parse(draft));
    if (!reply) continue;
    if (reply.refused) say(`${place.dataset.refused} ${reply.refused}`, discardButton(key));
    else if (reply.conflicts.length > 0 || Object.keys(reply.errors).length > 0) say(place.dataset.open, link(path));
    else {
      // Unless more was entered elsewhere in the meantime.
      if (localStorage.getItem(key) === draft) localStorage.removeItem(key);
      sent = true;
    }
  }

  if (sent) say(place.dataset.sent);
  sending = false;
};

if (signOut) {
  signOut.addEventListener('submit', () => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(prefix)) localStorage.removeItem(key);
    }
  });
  addEventListener('online', sendAll);
  sendAll();
}
