// Drafts stay on the device while somebody is signed in, and no longer.
document.querySelector('form[data-sign-out]')?.addEventListener('submit', () => {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith('selfassess-draft:')) localStorage.removeItem(key);
  }
});
