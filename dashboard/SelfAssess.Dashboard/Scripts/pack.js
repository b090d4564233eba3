// Keeps the progress of an archive's making up to date while somebody looks, and shows the archive once it is there; without it the page is opened again by hand.
const line = document.querySelector('[data-follow]');
const part = (from, name) => from.querySelector(`[data-part=${name}]`);

const look = async () => {
  const answer = await fetch(location.href);
  const now = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-follow]');
  if (!now) {
    location.reload();
    return;
  }

  const [bar, seen] = [line.querySelector('progress'), now.querySelector('progress')];
  bar.max = seen.max;
  bar.value = seen.value;
  for (const name of ['status', 'share']) {
    // Said once, not with every step.
    if (part(line, name).textContent !== part(now, name).textContent) part(line, name).textContent = part(now, name).textContent;
  }

  setTimeout(look, 2000);
};

setTimeout(look, 2000);
