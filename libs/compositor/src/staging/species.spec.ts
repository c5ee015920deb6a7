import { heightBySpecies } from './species.ts';

describe('the height of a figure by its kind', () => {
  it.each([
    ['horse', '', 1.12],
    ['Dou', 'Mei and Tao wait with their dog Dou on a road', 0.55],
    ['Mimi', 'a cat called Mimi looks up', 0.36],
    ['Dou', 'Dou the dog runs', 0.55],
    ['豆豆', '小美和小狗豆豆在等车', 0.55],
    ['小白', '小白是一只猫', 0.36],
    ['猫头鹰', '', 0.3],
  ])('of %s in "%s" is %d', (name, prompt, height) => {
    expect(heightBySpecies(name, prompt)).toBe(height);
  });

  it('is unknown for a person, also beside an animal', () => {
    expect(heightBySpecies('Mei', 'Mei and Tao wait with their dog Dou')).toBeUndefined();
    expect(heightBySpecies('小美', '小美和小狗豆豆在等车')).toBeUndefined();
    expect(heightBySpecies('Catherine', 'a walk')).toBeUndefined();
  });
});
