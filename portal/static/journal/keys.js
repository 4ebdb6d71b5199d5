// What a key writes: by the letter where it is Russian, else by its place on the keyboard.
const PLACES = {
  Digit2: "2", Digit3: "3", Digit4: "4", Digit5: "5",
  Numpad2: "2", Numpad3: "3", Numpad4: "4", Numpad5: "5",
  KeyY: "н", KeyJ: "о", Comma: "б", KeyE: "у",
};

export function written(event) {
  const letter = event.key.toLowerCase();
  return "нобу".includes(letter) ? letter : PLACES[event.code];
}

// «.» and «/» stand elsewhere on a Russian keyboard, where Period is «ю»: both are taken.
export const isComment = (event) => event.key === "." || event.code === "Period";
export const isFind = (event) => event.key === "/";
export const isHelp = (event) => event.key === "?";
export const isUndo = (event) => (event.ctrlKey || event.metaKey) && !event.shiftKey && event.code === "KeyZ";

export const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
