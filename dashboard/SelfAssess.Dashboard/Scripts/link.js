// The secret of a one-time link stands behind #, where no server sees it before the form is sent.
const fill = () => {
  const secret = location.hash.slice(1);
  const place = document.querySelector('[data-link-secret]');
  if (secret && !place) {
    location.replace(`${location.pathname}/new#${secret}`);
  } else if (place) {
    const input = place.querySelector('input');
    if (secret) {
      input.value = secret;
      history.replaceState(null, '', location.pathname);
    }

    // Whoever came by the link has nothing to paste, unless something is wrong with it.
    place.hidden = input.value !== '' && !input.matches('[aria-invalid]');
  }
};

addEventListener('hashchange', fill);
fill();
