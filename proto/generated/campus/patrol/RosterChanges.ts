// Original file: proto/patrol.proto


export interface RosterChanges {
  'added'?: (string)[];
  'excused'?: (string)[];
  'no_longer_excused'?: (string)[];
  'no_longer_listed'?: (string)[];
}

export interface RosterChanges__Output {
  'added': (string)[];
  'excused': (string)[];
  'no_longer_excused': (string)[];
  'no_longer_listed': (string)[];
}
